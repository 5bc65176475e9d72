package io.sluice.http.routing;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpProxyOptions.CookieFlags;
import io.sluice.variable.CapturingExpression;
import io.sluice.variable.Template;
import io.sluice.variable.VariableSource;
import io.sluice.variable.VariableTable;

/// One `proxy_cookie_flags`, compiled. Immutable.
///
/// @param name of the cookie; null when `pattern` tells
record CookieFlagsRule(@Nullable Template name, @Nullable CapturingExpression pattern, List<Template> flags) {

    static CookieFlagsRule compile(CookieFlags config, VariableTable variables) {
        List<Template> flags = config.flags().stream().map(variables::compile).toList();
        return config.regex()
                ? new CookieFlagsRule(
                        null, variables.expression(config.cookie().toString(), true, config.position()), flags)
                : new CookieFlagsRule(variables.compile(config.cookie()), null, flags);
    }

    /// Whether the rule is for the cookie of this name.
    boolean fits(String cookie, VariableSource source) {
        return (pattern != null && pattern.matches(cookie, source))
                || (name != null && name.evaluate(source).equalsIgnoreCase(cookie));
    }

    /// What is asked for, of one cookie; empty when nothing is.
    Set<Flag> wanted(VariableSource source) {
        Set<Flag> wanted = EnumSet.noneOf(Flag.class);
        for (Template template : flags) {
            String text = template.evaluate(source);
            for (Flag flag : Flag.ALL) {
                // A variable may give what is no flag.
                if (flag.word.equalsIgnoreCase(text)) {
                    wanted.add(flag);
                }
            }
        }
        return wanted;
    }

    /// A flag as the directive names it; of contrary ones the first here goes before the others. Immutable.
    enum Flag {
        SECURE("secure", "Secure", null),
        NO_SECURE("nosecure", "Secure", null),
        HTTP_ONLY("httponly", "HttpOnly", null),
        NO_HTTP_ONLY("nohttponly", "HttpOnly", null),
        STRICT("samesite=strict", "SameSite", "Strict"),
        LAX("samesite=lax", "SameSite", "Lax"),
        NONE("samesite=none", "SameSite", "None"),
        NO_SAME_SITE("nosamesite", "SameSite", null);

        static final List<Flag> ALL = List.of(values());

        private final String word;

        private final String attribute;

        private final @Nullable String value;

        Flag(String word, String attribute, @Nullable String value) {
            this.word = word;
            this.attribute = attribute;
            this.value = value;
        }

        /// The attribute of the cookie that it is about.
        String attribute() {
            return attribute;
        }

        /// What the attribute has; null when it has no value.
        @Nullable String value() {
            return value;
        }

        boolean removes() {
            return word.startsWith("no");
        }
    }
}
