package io.sluice.variable;

import org.jspecify.annotations.Nullable;

/// A regular expression whose groups become variables: `$1` and the others until the next match of any expression, named
/// groups for good. Immutable.
///
/// Made by [VariableTable#expression]; match with the sessions of the same table only. It matches anywhere in the text, as
/// PCRE does. What does not match changes no variable.
public final class CapturingExpression {

    private final RegularExpression expression;

    private final int[] groupSlots;

    CapturingExpression(RegularExpression expression, int[] groupSlots) {
        this.expression = expression;
        this.groupSlots = groupSlots;
    }

    /// Whether the text, which is bytes ([ByteText]), matches.
    public boolean matches(String text, VariableSource source) {
        return match(text, source) != null;
    }

    /// Whether the text matches; no variable changes.
    public boolean matches(String text) {
        return expression.matches(text);
    }

    /// As [#matches(String, VariableSource)], for who needs to know which part of the text matched; null when none did.
    public RegularExpression.@Nullable Match match(String text, VariableSource source) {
        RegularExpression.Match match = expression.match(text);
        if (match != null) {
            source.variableValues().captured(match, groupSlots);
        }
        return match;
    }

    /// How many groups capture.
    public int groupCount() {
        return expression.groupCount();
    }
}
