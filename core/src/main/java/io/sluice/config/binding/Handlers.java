package io.sluice.config.binding;

import java.util.Optional;
import java.util.function.Function;

import io.sluice.config.model.StreamServerConfig.HandlerConfig;

/// What a server does with a session: the last of the directives that decide it, as in nginx. Immutable.
final class Handlers {

    /// A handler whose upstream is looked up once all upstreams are known.
    ///
    /// @param directive that set it
    /// @param link makes it; absent, and reported, when what it names is not there
    record Pending(Directive directive, Function<StreamLinker, Optional<HandlerConfig>> link) {}

    static final Setting<Pending> HANDLER = Setting.optional(ValueType.composed("handler"));

    private Handlers() {}

    static void set(Directive directive, Function<StreamLinker, Optional<HandlerConfig>> link) {
        directive.scope().own(HANDLER).ifPresent(earlier -> directive.warning(
                "overridden-handler", earlier.directive().nameFragment(),
                "\"" + earlier.directive().name() + "\" has no effect, \"" + directive.name()
                        + "\" of the same server comes later"));
        directive.scope().put(HANDLER, new Pending(directive, link));
    }
}
