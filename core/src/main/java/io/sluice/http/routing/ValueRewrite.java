package io.sluice.http.routing;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.sluice.variable.CapturingExpression;
import io.sluice.variable.Template;
import io.sluice.variable.VariableSource;

/// One rule that changes a value in a peer's response, compiled. Immutable.
sealed interface ValueRewrite {

    /// What becomes of the value; null when the rule does not fit.
    @Nullable String apply(String value, VariableSource source);

    /// What the first rule that fits makes of the value; null when none does.
    static @Nullable String first(List<ValueRewrite> rules, String value, VariableSource source) {
        for (int i = 0; i < rules.size(); i++) {
            String rewritten = rules.get(i).apply(value, source);
            if (rewritten != null) {
                return rewritten;
            }
        }
        return null;
    }

    /// A text at the beginning is replaced.
    record Prefix(Template from, Template to) implements ValueRewrite {

        @Override
        public @Nullable String apply(String value, VariableSource source) {
            String prefix = from.evaluate(source);
            return value.startsWith(prefix) ? to.evaluate(source) + value.substring(prefix.length()) : null;
        }
    }

    /// The whole value is replaced when it matches.
    record Matching(CapturingExpression from, Template to) implements ValueRewrite {

        @Override
        public @Nullable String apply(String value, VariableSource source) {
            return from.matches(value, source) ? to.evaluate(source) : null;
        }
    }

    /// A domain is replaced, without regard to case; a dot before it stays.
    record Domain(Template from, Template to) implements ValueRewrite {

        @Override
        public @Nullable String apply(String value, VariableSource source) {
            boolean dot = value.startsWith(".");
            if (!value.substring(dot ? 1 : 0).equalsIgnoreCase(from.evaluate(source))) {
                return null;
            }
            String domain = to.evaluate(source);
            return dot ? "." + domain : domain;
        }
    }
}
