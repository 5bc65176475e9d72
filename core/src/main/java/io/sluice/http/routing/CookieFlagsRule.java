package io.sluice.http.routing;

import java.util.List;
import java.util.Locale;

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
        return pattern != null && pattern.matches(cookie, source)
                || name != null && name.evaluate(source).equalsIgnoreCase(cookie);
    }

    /// What is asked for, as the flags of one cookie.
    Wanted wanted(VariableSource source) {
        Wanted wanted = new Wanted();
        for (Template flag : flags) {
            wanted.add(flag.evaluate(source).toLowerCase(Locale.ROOT));
        }
        return wanted;
    }

    /// What is to become of one cookie's flags; null where nothing is. Confined to its worker's event loop.
    static final class Wanted {

        private @Nullable Boolean secure;

        private @Nullable Boolean httpOnly;

        // Empty: to be removed.
        private @Nullable String sameSite;

        @Nullable Boolean secure() {
            return secure;
        }

        @Nullable Boolean httpOnly() {
            return httpOnly;
        }

        @Nullable String sameSite() {
            return sameSite;
        }

        boolean isNothing() {
            return secure == null && httpOnly == null && sameSite == null;
        }

        /// Of contrary flags nginx takes the one that adds, and the strictest.
        private void add(String flag) {
            switch (flag) {
                case "secure" -> secure = true;
                case "nosecure" -> secure = secure == null ? Boolean.FALSE : secure;
                case "httponly" -> httpOnly = true;
                case "nohttponly" -> httpOnly = httpOnly == null ? Boolean.FALSE : httpOnly;
                case "samesite=strict" -> sameSite = "Strict";
                case "samesite=lax" -> sameSite = "Strict".equals(sameSite) ? sameSite : "Lax";
                case "samesite=none" -> sameSite = sameSite == null || sameSite.isEmpty() ? "None" : sameSite;
                case "nosamesite" -> sameSite = sameSite == null ? "" : sameSite;
                default -> {
                    // A variable may give what is no flag.
                }
            }
        }
    }
}
