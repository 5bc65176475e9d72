package io.sluice.config.binding;

import java.util.Optional;

import io.sluice.config.model.Position;

/// What is said to those who ask for HTTP/2. Used during start-up only.
final class Http2 {

    private Http2() {}

    /// Warns that connections speak HTTP/1.1, which every client of HTTP/2 does too.
    static void unavailable(Directive directive, Fragment at) {
        Position position = at.position();
        directive.run().warning("http2-unavailable", position,
                "HTTP/2 is not supported by Sluice yet, HTTP/1.1 is offered instead", Optional.empty());
    }

    /// `http2 on | off`.
    static void bind(Directive directive) {
        ValueType.FLAG.read(directive, directive.argument(0)).filter(on -> on)
                .ifPresent(_ -> unavailable(directive, directive.nameFragment()));
    }
}
