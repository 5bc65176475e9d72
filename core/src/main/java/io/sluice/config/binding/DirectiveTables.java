package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.sluice.config.syntax.NameSuggestions;

/// All tables, and the ways to look into them. Immutable.
final class DirectiveTables {

    /// Every row, in the order of the documentation.
    static final List<DirectiveSpec> ALL = Stream.of(
                    MainDirectives.ROWS,
                    EventsDirectives.ROWS,
                    StreamDirectives.ROWS,
                    ProxyDirectives.ROWS,
                    LogDirectives.ROWS,
                    StreamTlsDirectives.ROWS,
                    UpstreamDirectives.ROWS,
                    ResolverDirectives.ROWS,
                    HttpDirectives.ROWS,
                    HttpAccessDirectives.ROWS,
                    RewriteDirectives.ROWS,
                    HttpProxyDirectives.ROWS,
                    HttpFileDirectives.ROWS,
                    HttpResponseDirectives.ROWS,
                    HttpClientDirectives.ROWS,
                    HttpTlsDirectives.ROWS,
                    HttpUpstreamDirectives.ROWS,
                    HttpInertDirectives.ROWS,
                    HttpRefusedDirectives.ROWS,
                    MailDirectives.ROWS)
            .flatMap(List::stream)
            .toList();

    private static final Map<String, List<DirectiveSpec>> BY_NAME =
            ALL.stream().collect(Collectors.groupingBy(DirectiveSpec::name, LinkedHashMap::new, Collectors.toList()));

    private DirectiveTables() {}

    /// The row for a directive in a context.
    static Optional<DirectiveSpec> find(String name, Context context) {
        return BY_NAME.getOrDefault(name, List.of()).stream()
                .filter(spec -> spec.contexts().contains(context))
                .findFirst();
    }

    /// Where a directive may stand; empty when nobody knows it.
    static Set<Context> contextsOf(String name) {
        EnumSet<Context> contexts = EnumSet.noneOf(Context.class);
        BY_NAME.getOrDefault(name, List.of()).forEach(spec -> contexts.addAll(spec.contexts()));
        return contexts;
    }

    /// A known name close to an unknown one, one that may stand in this context if possible.
    static Optional<String> hint(String unknown, Context context) {
        return NameSuggestions.hint(unknown, namesIn(context)).or(() -> NameSuggestions.hint(unknown, BY_NAME.keySet()));
    }

    private static Collection<String> namesIn(Context context) {
        Collection<String> names = new ArrayList<>(new TreeSet<>(BY_NAME.keySet()));
        names.removeIf(name -> find(name, context).isEmpty());
        return names;
    }
}
