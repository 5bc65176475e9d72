package io.sluice.config.binding;

import java.util.List;
import java.util.Optional;

import io.sluice.config.syntax.DirectiveNode;
import io.sluice.config.syntax.Token;

/// Takes a `server {}` of the stream block. Used during start-up only.
///
/// Where servers for UDP have no home ([BindingEnvironment#udpServers]) one that listens on nothing else is read for the names
/// it uses but otherwise skipped, and one that also listens on TCP loses its UDP addresses. Both are warned of.
final class StreamServerBlock {

    private StreamServerBlock() {}

    static void bind(Directive directive) {
        List<DirectiveNode> listens = directive.children().stream()
                .filter(node -> isListen(DirectiveTables.find(node.name().text(), Context.STREAM_SERVER)))
                .toList();
        List<DirectiveNode> homeless = directive.run().environment().udpServers() ? List.of() : listens;
        boolean skipped = !homeless.isEmpty() && homeless.stream().allMatch(l -> udp(l).isPresent());
        for (DirectiveNode listen : homeless) {
            udp(listen).ifPresent(udp -> directive.run().warning("udp-not-supported", Fragment.of(udp),
                    "UDP servers are not yet supported",
                    Optional.of(skipped ? "this server is skipped" : "the server runs without this address")));
        }
        Scope server = directive.open(Context.STREAM_SERVER, row -> skipped && !isListen(row));
        if (listens.isEmpty()) {
            directive.error("no-listen", directive.nameFragment(), "no \"listen\" is defined for server");
        }
        if (!skipped) {
            directive.scope().add(StreamDirectives.SERVERS, server);
        }
    }

    private static boolean isListen(Optional<DirectiveSpec> row) {
        return row.filter(StreamDirectives.LISTEN::equals).isPresent();
    }

    private static Optional<Token> udp(DirectiveNode listen) {
        return listen.arguments().stream().skip(1).filter(t -> t.text().equals(Listen.UDP)).findFirst();
    }
}
