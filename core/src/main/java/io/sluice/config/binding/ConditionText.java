package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.RewriteStep.Condition;
import io.sluice.config.model.RewriteStep.FileCheck;
import io.sluice.config.model.TemplateConfig;

/// Reads the condition of an `if`, which is written in parentheses. Used during start-up only.
final class ConditionText {

    private ConditionText() {}

    /// The condition; absent, and reported, when it is none.
    static Optional<Condition> read(Directive directive) {
        return words(directive).flatMap(words -> condition(directive, words));
    }

    /// The words between the parentheses, which may stand apart.
    private static Optional<List<Fragment>> words(Directive directive) {
        List<Fragment> words = new ArrayList<>(directive.argumentsFrom(0));
        Fragment first = words.getFirst();
        if (!first.text().startsWith("(")) {
            return invalid(directive, first);
        }
        words.set(0, first.from(1));
        Fragment last = words.getLast();
        if (!last.text().endsWith(")")) {
            return invalid(directive, last);
        }
        words.set(words.size() - 1, last.part(0, last.text().length() - 1));
        if (words.size() > 1 && words.getFirst().text().isEmpty()) {
            words.removeFirst();
        }
        if (words.size() > 1 && words.getLast().text().isEmpty() && last.text().equals(")")) {
            words.removeLast();
        }
        return Optional.of(words);
    }

    private static Optional<Condition> condition(Directive directive, List<Fragment> words) {
        Fragment first = words.getFirst();
        String text = first.text();
        if (text.startsWith("$") && text.length() > 1) {
            return switch (words.size()) {
                case 1 -> directive.template(first).map(Condition.Truthy::new);
                case 3 -> comparison(directive, first, words.get(1), words.get(2));
                default -> invalid(directive, first);
            };
        }
        boolean fileTest = (text.length() == 2 && text.startsWith("-")) || (text.length() == 3 && text.startsWith("!-"));
        if (fileTest && words.size() == 2) {
            return file(directive, first, words.get(1));
        }
        return invalid(directive, first);
    }

    private static Optional<Condition> comparison(
            Directive directive, Fragment variable, Fragment operator, Fragment other) {
        Optional<TemplateConfig> value = directive.template(variable);
        boolean negated = operator.text().startsWith("!");
        return switch (operator.text()) {
            case "=", "!=" -> value.flatMap(v ->
                    directive.template(other).map(o -> new Condition.Equals(v, o, negated)));
            case "~", "~*", "!~", "!~*" -> {
                boolean ignoreCase = operator.text().endsWith("*");
                yield value.flatMap(v -> PatternText.read(directive, other, ignoreCase)
                        .map(pattern -> new Condition.Matches(v, pattern, ignoreCase, negated)));
            }
            default -> {
                directive.error("invalid-condition", operator,
                        "unexpected \"" + operator.text() + "\" in condition");
                yield Optional.empty();
            }
        };
    }

    private static Optional<Condition> file(Directive directive, Fragment operator, Fragment path) {
        String text = operator.text();
        Optional<FileCheck> test = switch (text.charAt(text.length() - 1)) {
            case 'f' -> Optional.of(FileCheck.REGULAR_FILE);
            case 'd' -> Optional.of(FileCheck.DIRECTORY);
            case 'e' -> Optional.of(FileCheck.ANYTHING);
            case 'x' -> Optional.of(FileCheck.EXECUTABLE);
            default -> invalid(directive, operator);
        };
        return test.flatMap(t ->
                directive.template(path).map(p -> new Condition.Exists(t, p, text.startsWith("!"))));
    }

    private static <T> Optional<T> invalid(Directive directive, Fragment at) {
        directive.error("invalid-condition", at, "invalid condition \"" + at.text() + "\"");
        return Optional.empty();
    }
}
