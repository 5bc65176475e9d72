package io.sluice.config.binding;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.sluice.config.syntax.NameSuggestions;

/// The parameters that may follow a directive's first arguments, `backup` or `weight=5`: a row each. Immutable.
///
/// @param <B> what the parameters of one directive fill
final class ParameterTable<B> {

    private final Map<String, Row<B>> rows;

    private ParameterTable(Map<String, Row<B>> rows) {
        this.rows = rows;
    }

    static <B> ParameterTable<B> of(List<Row<B>> rows) {
        return new ParameterTable<>(rows.stream()
                .collect(Collectors.toMap(Row::name, r -> r, (a, _) -> a, LinkedHashMap::new)));
    }

    /// One parameter.
    ///
    /// @param name with the equals sign when it takes a value
    record Row<B>(String name, Support support, Apply<B> apply) {

        /// A parameter that does what it does in nginx.
        static <B> Row<B> of(String name, Apply<B> apply) {
            return new Row<>(name, Support.SUPPORTED, apply);
        }

        /// A parameter whose meaning is known and that nothing acts on yet: refused, but read, so that other complaints are the same.
        static <B> Row<B> notYet(String name, Apply<B> apply) {
            return new Row<>(name, Support.NOT_YET, apply);
        }

        /// A parameter that is refused.
        static <B> Row<B> refused(String name, Support support) {
            return new Row<>(name, support, (_, _) -> {});
        }
    }

    /// Takes one parameter's value.
    @FunctionalInterface
    interface Apply<B> {
        void apply(B target, Parameter parameter);
    }

    /// An occurrence of a parameter.
    ///
    /// @param whole as written, `weight=5`
    /// @param value what follows the equals sign, empty without one
    record Parameter(Directive directive, Fragment whole, Fragment value) {

        String text() {
            return value.text();
        }

        /// Says that the parameter is wrong as a whole, in nginx's most frequent words.
        void invalid() {
            directive.invalidParameter(whole);
        }

        /// Says that the value is wrong, in words of its own.
        void invalid(String message) {
            directive.error("invalid-parameter", value.text().isEmpty() ? whole : value, message);
        }
    }

    /// Whether there is a row for a parameter as written.
    boolean knows(String parameter) {
        return rows.containsKey(rowName(parameter));
    }

    /// A known parameter close to an unknown one.
    Optional<String> hint(String parameter) {
        return NameSuggestions.hint(rowName(parameter), rows.keySet());
    }

    private static String rowName(String parameter) {
        int equals = parameter.indexOf('=');
        return equals < 0 ? parameter : parameter.substring(0, equals + 1);
    }

    /// Applies parameters in order; what is no parameter is reported.
    void apply(B target, Directive directive, List<Fragment> parameters) {
        for (Fragment parameter : parameters) {
            String name = rowName(parameter.text());
            Row<B> row = rows.get(name);
            if (row == null) {
                directive.error("invalid-parameter", parameter, "invalid parameter \"" + parameter.text() + "\"",
                        hint(parameter.text()));
            } else {
                apply(row, target, new Parameter(directive, parameter, parameter.from(name.length())));
            }
        }
    }

    private static <B> void apply(Row<B> row, B target, Parameter parameter) {
        String named = "the \"" + row.name() + "\" parameter of the \"" + parameter.directive().name() + "\" directive";
        switch (row.support()) {
            case NOT_YET, SKIPPED_BLOCK -> {
                parameter.directive().error("not-supported", parameter.whole(),
                        named + " is known but not supported by Sluice yet");
                row.apply().apply(target, parameter);
            }
            case PLUS -> parameter.directive().error("not-supported", parameter.whole(),
                    named + " is an NGINX Plus parameter and not supported by Sluice");
            case SUPPORTED, ACCEPTED_INERT -> row.apply().apply(target, parameter);
        }
    }
}
