package io.sluice.config.binding;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.ProcessConfig;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.syntax.Diagnostic;
import io.sluice.config.syntax.Diagnostics;
import io.sluice.config.syntax.DirectiveNode;
import io.sluice.config.syntax.ParsedConfig;
import io.sluice.config.syntax.SourceText;

/// Turns a tree of directives into a configuration: the entry of this package. Used during start-up only.
///
/// Three steps: the [Walk] reads each directive by its row into the scope of its block; the linkers make the model of the
/// scopes, looking up what names refer to; [Advice] warns of what is legal but strange. All of them report everything they
/// find; it is handed on in the order of the files.
public final class Binder {

    private final BindingEnvironment environment;

    private final Diagnostics diagnostics;

    public Binder(BindingEnvironment environment, Diagnostics diagnostics) {
        this.environment = environment;
        this.diagnostics = diagnostics;
    }

    /// As [#bind(List)]; a file whose braces do not match is not looked into, its blocks may not be where they were meant.
    public Optional<ProxyConfig> bind(ParsedConfig parsed) {
        return parsed.wellFormed() ? bind(parsed.directives()) : Optional.empty();
    }

    /// The configuration; empty when it cannot be used, the reasons being among the diagnostics.
    public Optional<ProxyConfig> bind(List<DirectiveNode> directives) {
        Diagnostics found = new Diagnostics();
        BindingRun run = new BindingRun(environment, found, BuiltInVariables.STREAM);
        Scope main = Scope.main();
        new Walk(run).block(directives, main);
        Position start = directives.stream()
                .filter(directive -> !directive.position().file().equals(SourceText.COMMAND_LINE))
                .findFirst()
                .map(first -> new Position(first.position().file(), 1, 1))
                .orElse(Position.NONE);
        ProcessConfig process = new ProcessLinker(run, main, start).link();
        StreamConfig stream = main.own(MainDirectives.STREAM_BLOCKS).stream().findFirst()
                .map(block -> stream(block, found))
                .orElse(StreamConfig.EMPTY);
        HttpConfig http = main.own(MainDirectives.HTTP_BLOCKS).stream().findFirst()
                .map(block -> http(block, found))
                .orElse(HttpConfig.EMPTY);
        if (stream.servers().isEmpty() && http.servers().isEmpty() && !found.hasErrors()) {
            run.warning("nothing-to-serve", start, "no server is configured that could be run", Optional.empty());
        }
        inOrder(found).forEach(diagnostics::add);
        return diagnostics.hasErrors() ? Optional.empty() : Optional.of(new ProxyConfig(process, stream, http));
    }

    private static StreamConfig stream(ModuleBlock block, Diagnostics found) {
        StreamConfig model = new StreamLinker(block.run(), block.scope()).link();
        new Advice(block.run()).give(block.scope(), model, found.hasErrors());
        return model;
    }

    private static HttpConfig http(ModuleBlock block, Diagnostics found) {
        HttpConfig model = new HttpLinker(block.run(), block.scope()).link();
        new Advice(block.run()).give(block.scope(), model, found.hasErrors());
        return model;
    }

    /// By place; files in the order in which something was found in them.
    private static List<Diagnostic> inOrder(Diagnostics found) {
        Map<String, Integer> files = new LinkedHashMap<>();
        found.all().forEach(d -> files.putIfAbsent(d.position().file(), files.size()));
        return found.all().stream()
                .sorted(Comparator.<Diagnostic>comparingInt(d -> files.getOrDefault(d.position().file(), 0))
                        .thenComparingInt(d -> d.position().line())
                        .thenComparingInt(d -> d.position().column()))
                .toList();
    }
}
