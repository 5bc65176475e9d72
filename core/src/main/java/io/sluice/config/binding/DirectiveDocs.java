package io.sluice.config.binding;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.sluice.session.FieldVariable;
import io.sluice.session.HttpVariable;
import io.sluice.session.StreamVariable;

/// Writes docs/directives.md from the tables. Used by the build only.
final class DirectiveDocs {

    private static final List<Context> DOCUMENTED = List.of(
            Context.MAIN, Context.EVENTS, Context.STREAM, Context.STREAM_SERVER, Context.STREAM_UPSTREAM, Context.HTTP,
            Context.HTTP_SERVER, Context.HTTP_LOCATION, Context.HTTP_SERVER_IF, Context.HTTP_LOCATION_IF,
            Context.HTTP_LIMIT_EXCEPT, Context.HTTP_UPSTREAM);

    private static final String INTRODUCTION = """
            # Directives and variables

            Generated from the tables in `io.sluice.config.binding`; do not edit. Sluice reads nginx's language: names,
            arguments, defaults, inheritance and messages are nginx's. What nginx has and Sluice has not is refused with an
            error that says so, unless it could not change anything.

            | Status | Means |
            |---|---|
            | supported | does what it does in nginx |
            | accepted, no effect | tunes something inside nginx that does not exist here |
            | not yet | an error, unless it only says what is the case anyway (`ssl_preread off`) |
            | NGINX Plus | exists in the commercial edition of nginx only: an error |
            | skipped with a warning | a block that is not looked into |

            Values: a *size* is digits with `k` or `m`. A *time* is digits with units in descending order, `1h30m`; without a
            unit it is seconds. Times of timeouts know `w d h m s ms`; `fail_timeout` and `so_keepalive` know `y M w d h m s`.
            """;

    private DirectiveDocs() {}

    /// The whole page.
    static String page() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        for (Context context : DOCUMENTED) {
            page.append("\n## Context `").append(context.label()).append("`\n\n");
            page.append("| Directive | Arguments | Default | Contexts | Since nginx | Status | Meaning |\n");
            page.append("|---|---|---|---|---|---|---|\n");
            rows(spec -> spec.contexts().contains(context) && spec.support() != Support.PLUS)
                    .forEach(spec -> page.append(row(spec)));
        }
        page.append("\n## Accepted without effect\n\n| Directive | Why |\n|---|---|\n");
        rows(spec -> spec.support() == Support.ACCEPTED_INERT).stream()
                .map(spec -> "| `%s` | %s |\n".formatted(spec.name(), spec.reason()))
                .distinct()
                .forEach(page::append);
        page.append("\n## Known but not supported yet\n\n");
        page.append(names(Support.NOT_YET)).append("\n\n## Only in NGINX Plus\n\n").append(names(Support.PLUS));
        page.append("\n\n").append(variables()).append('\n').append(httpVariables());
        return page.toString();
    }

    private static List<DirectiveSpec> rows(Predicate<DirectiveSpec> wanted) {
        return DirectiveTables.ALL.stream()
                .filter(spec -> spec.contexts().stream().anyMatch(DOCUMENTED::contains))
                .filter(wanted)
                .toList();
    }

    private static String row(DirectiveSpec spec) {
        String contexts = spec.contexts().stream().sorted().map(Context::label).collect(Collectors.joining(", "));
        String block = spec.arity().block() ? " { ... }" : "";
        return "| `%s` | %s | %s | %s | %s | %s | %s |\n".formatted(
                spec.name(), code(spec.syntax() + block), code(spec.defaultText()), contexts,
                spec.since().isEmpty() ? "-" : spec.since(), spec.support().label(), cell(spec.meaning()));
    }

    private static String names(Support support) {
        return rows(spec -> spec.support() == support).stream()
                .map(DirectiveSpec::name)
                .distinct()
                .sorted()
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(", "));
    }

    private static String variables() {
        StringBuilder table = new StringBuilder("""
                ## Variables of the stream module

                Besides these there are the variables that `map` and `set` define, and the captures of regular expressions:
                `$1` to `$9`, and named ones.

                | Variable | Group | Status | Value |
                |---|---|---|---|
                """);
        for (StreamVariable variable : StreamVariable.values()) {
            table.append("| `$%s` | %s | %s | %s |\n".formatted(
                    variable.variableName(), variable.group().label(),
                    (variable.available() ? Support.SUPPORTED : Support.NOT_YET).label(), cell(variable.sentence())));
        }
        return table.append("| `$%sNAME` | %s | %s | One TLV of a PROXY protocol header. |\n".formatted(
                        StreamVariable.PROXY_PROTOCOL_TLV_PREFIX, StreamVariable.Group.PROXY_PROTOCOL.label(),
                        Support.SUPPORTED.label()))
                .toString();
    }

    private static String httpVariables() {
        StringBuilder table = new StringBuilder("""
                ## Variables of the http module

                Besides these there are the variables that `map`, `geo`, `split_clients` and `set` define, and the captures of
                regular expressions: `$1` to `$9`, and named ones.

                | Variable | Group | Status | Value |
                |---|---|---|---|
                """);
        for (HttpVariable variable : HttpVariable.values()) {
            table.append("| `$%s` | %s | %s | %s |\n".formatted(
                    variable.variableName(), variable.group().label(),
                    (variable.available() ? Support.SUPPORTED : Support.NOT_YET).label(), cell(variable.sentence())));
        }
        for (FieldVariable.Family family : FieldVariable.Family.values()) {
            table.append("| `$%sNAME` | fields | %s | %s |\n".formatted(
                    family.prefix(), Support.SUPPORTED.label(), cell(family.sentence())));
        }
        return table.toString();
    }

    private static String code(String text) {
        return text.isBlank() ? "-" : "`" + cell(text.strip()) + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
