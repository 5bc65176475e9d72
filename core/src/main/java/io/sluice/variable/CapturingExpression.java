package io.sluice.variable;

/// A regular expression whose groups become variables: `$1` and the others, and those of its named groups. Immutable.
///
///     if (expression.matches(path, exchange)) use(template.evaluate(exchange));
public final class CapturingExpression {

    private final RegularExpression pattern;

    private final int[] groupSlots;

    CapturingExpression(RegularExpression pattern, int[] groupSlots) {
        this.pattern = pattern;
        this.groupSlots = groupSlots;
    }

    /// Whether the text matches; if so, what the groups captured is the source's from now on.
    public boolean matches(String text, VariableSource source) {
        RegularExpression.Match match = pattern.match(text);
        if (match == null) {
            return false;
        }
        source.variableValues().captured(match, groupSlots);
        return true;
    }

    /// Whether the text matches; nothing is captured.
    public boolean matches(String text) {
        return pattern.matches(text);
    }
}
