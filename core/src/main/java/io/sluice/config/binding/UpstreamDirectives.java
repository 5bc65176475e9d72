package io.sluice.config.binding;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.ByteSize;
import io.sluice.config.model.UpstreamConfig.ZoneConfig;
import io.sluice.config.syntax.DirectiveNode;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives of `upstream {}`, and `upstream` itself. Immutable.
final class UpstreamDirectives {

    /// How to balance, and which parameters of `server` have a meaning then.
    ///
    /// @param backup whether backup servers are possible
    record Method(Directive directive, BalancingPolicy policy, boolean backup) {}

    static final Setting<Method> METHOD = Setting.optional(ValueType.composed("method"));

    static final Setting<ZoneConfig> ZONE = Setting.optional(ValueType.composed("name [size]"));

    static final Listing<PeerText> PEERS = new Listing<>();

    /// Without one of these an upstream is empty.
    private static final String PEER = "server";

    private static final ParameterTable<EnumSet<Word>> HASH_PARAMETERS =
            ParameterTable.of(List.of(ParameterTable.Row.of("consistent", (words, _) -> words.add(Word.CONSISTENT))));

    private static final ParameterTable<EnumSet<Word>> RANDOM_PARAMETERS = ParameterTable.of(List.of(
            ParameterTable.Row.of("two", (words, _) -> words.add(Word.TWO)),
            ParameterTable.Row.of("least_conn", (words, p) -> {
                if (!words.contains(Word.TWO)) {
                    p.invalid();
                }
            }),
            ParameterTable.Row.refused("least_time=", Support.PLUS)));

    private enum Word {
        CONSISTENT,
        TWO
    }

    private static final String PEER_PARAMETERS =
            "address [weight=n] [max_conns=n] [max_fails=n] [fail_timeout=time] [backup] [down] [resolve]"
                    + " [service=name]";

    static final List<DirectiveSpec> ROWS = List.of(
            row("upstream").in(STREAM).since("1.9.0").takes(BLOCK_ONE, "name").repeatable()
                    .by(UpstreamDirectives::upstream)
                    .means("A named group of peers."),
            row("upstream").in(HTTP).takes(BLOCK_ONE, "name").repeatable().by(UpstreamDirectives::upstream)
                    .means("A named group of peers."),
            row(PEER).in(STREAM_UPSTREAM).since("1.9.0").takes(ONE_OR_MORE, PEER_PARAMETERS)
                    .repeatable().by(PeerText::bind)
                    .means("A peer; a name that resolves to several addresses is as many peers. `resolve` looks it up again and"
                            + " again; `service` takes SRV records."),
            row(PEER).in(HTTP_UPSTREAM).takes(ONE_OR_MORE, PEER_PARAMETERS + " [route=string] [drain]")
                    .repeatable().by(PeerText::bind)
                    .means("A peer, at port 80 unless written; `drain` leaves it the sticky sessions that it has."),
            row("zone").in(STREAM_UPSTREAM, HTTP_UPSTREAM).since("1.9.0").takes(ONE_OR_TWO, "name [size]").by(UpstreamDirectives::zone)
                    .means("Makes all workers share the group's state."),
            row("hash").in(STREAM_UPSTREAM, HTTP_UPSTREAM).since("1.9.0").takes(ONE_OR_TWO, "key [consistent]")
                    .by(UpstreamDirectives::hash)
                    .means("Chooses a peer by the hash of a key; `consistent` by ketama points."),
            row("least_conn").in(STREAM_UPSTREAM, HTTP_UPSTREAM).since("1.9.0").takes(NONE, "")
                    .by(d -> method(d, new BalancingPolicy.LeastConnections(), true))
                    .means("Chooses the peer with the fewest sessions in proportion to its weight."),
            row("random").in(STREAM_UPSTREAM, HTTP_UPSTREAM).since("1.15.1").takes(UP_TO_TWO, "[two [least_conn]]")
                    .by(UpstreamDirectives::random)
                    .means("Chooses a peer at random, or the less busy one of two."),
            row("least_time").in(STREAM_UPSTREAM).since("1.31.0")
                    .takes(ONE_OR_TWO, "connect | first_byte | last_byte [inflight]")
                    .notYet("Chooses the peer that answers fastest."),
            row("least_time").in(HTTP_UPSTREAM).since("1.31.0").takes(ONE_OR_TWO, "header | last_byte [inflight]")
                    .notYet("Chooses the peer that answers fastest."),
            row("ip_hash").in(HTTP_UPSTREAM).takes(NONE, "")
                    .by(d -> method(d, new BalancingPolicy.IpHash(), false))
                    .means("Chooses a peer by the client's network: three bytes of IPv4, an IPv6 address as a whole."),
            row("state").in(STREAM_UPSTREAM, HTTP_UPSTREAM).since("1.9.7").plus("File that keeps the peers of a dynamic group."));

    private UpstreamDirectives() {}

    private static void upstream(Directive directive) {
        Fragment name = directive.argument(0);
        boolean first = directive.run().upstreams().define(name.text(), name);
        if (!first) {
            directive.error("duplicate-upstream", name, "duplicate upstream \"" + name.text() + "\"");
        }
        Scope block = directive.open(directive.scope().context() == HTTP ? HTTP_UPSTREAM : STREAM_UPSTREAM);
        if (directive.children().stream().noneMatch(UpstreamDirectives::isPeer)) {
            directive.error("empty-upstream", name, "no servers are inside upstream");
        }
        if (first) {
            directive.scope().add(StreamDirectives.UPSTREAMS, block);
        }
    }

    private static boolean isPeer(DirectiveNode node) {
        return node.name().text().equals(PEER);
    }

    private static void zone(Directive directive) {
        Fragment name = directive.argument(0);
        Optional<ByteSize> size = Optional.of(ByteSize.ZERO);
        if (name.text().isEmpty()) {
            directive.error("invalid-parameter", name, "invalid zone name \"\"");
            return;
        }
        if (directive.count() == 2) {
            size = ByteSize.parse(directive.text(1));
            if (size.isEmpty()) {
                directive.error("invalid-parameter", directive.argument(1),
                        "invalid zone size \"" + directive.text(1) + "\"");
            } else if (LimitText.tooSmall(size.get())) {
                directive.error("invalid-parameter", directive.argument(1),
                        "zone \"" + name.text() + "\" is too small");
                return;
            }
        }
        size.ifPresent(s -> directive.scope().put(ZONE, new ZoneConfig(directive.position(), name.text(), s)));
    }

    private static void hash(Directive directive) {
        EnumSet<Word> words = EnumSet.noneOf(Word.class);
        HASH_PARAMETERS.apply(words, directive, directive.argumentsFrom(1));
        directive.template(directive.argument(0)).ifPresent(key ->
                method(directive, new BalancingPolicy.Hash(key, words.contains(Word.CONSISTENT)), false));
    }

    private static void random(Directive directive) {
        EnumSet<Word> words = EnumSet.noneOf(Word.class);
        RANDOM_PARAMETERS.apply(words, directive, directive.argumentsFrom(0));
        method(directive, new BalancingPolicy.Random(words.contains(Word.TWO)), false);
    }

    private static void method(Directive directive, BalancingPolicy policy, boolean backup) {
        if (directive.scope().own(METHOD).isPresent()) {
            directive.warning("method-redefined", directive.nameFragment(), "load balancing method redefined");
        }
        directive.scope().put(METHOD, new Method(directive, policy, backup));
    }
}
