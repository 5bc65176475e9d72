package io.sluice.config.binding;

/// Takes a `server {}` of the http block. Used during start-up only.
final class HttpServerBlock {

    private HttpServerBlock() {}

    static void bind(Directive directive) {
        boolean listens = directive.children().stream().anyMatch(node -> "listen".equals(node.name().text()));
        Scope server = directive.open(Context.HTTP_SERVER);
        if (!listens) {
            server.add(StreamDirectives.LISTENS, Listen.implied(directive));
        }
        directive.scope().add(HttpDirectives.SERVERS, server);
    }
}
