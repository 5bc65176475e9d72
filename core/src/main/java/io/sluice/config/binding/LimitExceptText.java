package io.sluice.config.binding;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Reads `limit_except`. Used during start-up only.
final class LimitExceptText {

    static final Setting<Set<String>> METHODS = Setting.optional(ValueType.composed("method ..."));

    private static final Set<String> KNOWN = Set.copyOf(List.of(
            "GET", "HEAD", "POST", "PUT", "DELETE", "MKCOL", "COPY", "MOVE", "OPTIONS", "PROPFIND", "PROPPATCH", "LOCK",
            "UNLOCK", "PATCH"));

    private LimitExceptText() {}

    static void bind(Directive directive) {
        Set<String> methods = new HashSet<>();
        for (Fragment argument : directive.argumentsFrom(0)) {
            String method = argument.text().toUpperCase(Locale.ROOT);
            if (KNOWN.contains(method)) {
                methods.add(method);
            } else {
                directive.error("invalid-method", argument, "invalid method \"" + argument.text() + "\"");
            }
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        Scope block = directive.open(Context.HTTP_LIMIT_EXCEPT);
        block.put(METHODS, methods);
        directive.scope().put(HttpDirectives.LIMIT_EXCEPT, block);
    }
}
