package io.sluice.config.binding;

/// Takes a `server {}` of the stream block. Used during start-up only.
final class StreamServerBlock {

    private StreamServerBlock() {}

    static void bind(Directive directive) {
        boolean listens = directive.children().stream()
                .map(node -> DirectiveTables.find(node.name().text(), Context.STREAM_SERVER))
                .anyMatch(row -> row.filter(StreamDirectives.LISTEN::equals).isPresent());
        Scope server = directive.open(Context.STREAM_SERVER);
        if (!listens) {
            directive.error("no-listen", directive.nameFragment(), "no \"listen\" is defined for server");
        }
        directive.scope().add(StreamDirectives.SERVERS, server);
    }
}
