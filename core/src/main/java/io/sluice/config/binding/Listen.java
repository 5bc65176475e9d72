package io.sluice.config.binding;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

import io.sluice.config.model.Address;
import io.sluice.config.model.ByteSize;
import io.sluice.config.model.KeepAliveConfig;
import io.sluice.config.model.SocketOptionsConfig;
import io.sluice.config.model.SocketProtocol;

/// One address of a `listen`; a range of ports is one of these for each port. Immutable.
///
/// @param where the address as written, to point at
/// @param tls `ssl`
/// @param proxyProtocol `proxy_protocol`
/// @param optionsGiven any socket option was written, which only one server of an address may do
record Listen(
        Directive directive,
        Fragment where,
        SocketProtocol protocol,
        Address address,
        boolean defaultServer,
        boolean tls,
        boolean proxyProtocol,
        boolean optionsGiven,
        SocketOptionsConfig options) {

    static final String UDP = "udp";

    /// Where http listens when nothing is written: the port of the protocol, or what a plain user may bind.
    private static final int HTTP_PORT = 80;

    private static final int UNPRIVILEGED_PORT = 8000;

    private static final List<ParameterTable.Row<Options>> COMMON = List.of(
            ParameterTable.Row.of("default_server", (o, _) -> o.defaultServer = true),
            ParameterTable.Row.of("bind", (o, _) -> o.given = true),
            ParameterTable.Row.of("backlog=", (o, p) -> ValueType.number(p.text()).filter(n -> n > 0)
                    .ifPresentOrElse(n -> o.tcpOnly(p).backlog = n, () -> o.invalid(p, "backlog"))),
            ParameterTable.Row.of("rcvbuf=", (o, p) -> size(p.text())
                    .ifPresentOrElse(n -> o.give().receiveBuffer = OptionalInt.of(n), () -> o.invalid(p, "rcvbuf"))),
            ParameterTable.Row.of("sndbuf=", (o, p) -> size(p.text())
                    .ifPresentOrElse(n -> o.give().sendBuffer = OptionalInt.of(n), () -> o.invalid(p, "sndbuf"))),
            ParameterTable.Row.of("fastopen=", (o, p) -> ValueType.number(p.text())
                    .ifPresentOrElse(n -> o.tcpOnly(p).fastOpen = OptionalInt.of(n), () -> o.invalid(p, "fastopen"))),
            ParameterTable.Row.of("accept_filter=", (_, p) -> p.directive().warning("no-effect", p.whole(),
                    "accept filters \"" + p.whole().text() + "\" are not supported on this platform, ignored")),
            ParameterTable.Row.of("deferred", (o, p) -> o.tcpOnly(p).deferred = true),
            ParameterTable.Row.of("reuseport", (o, _) -> o.give().reusePort = true),
            ParameterTable.Row.of("ipv6only=", (o, p) -> ValueType.FLAG.parse(p.text())
                    .ifPresentOrElse(on -> o.give().ipv6Only = on,
                            () -> p.invalid("invalid ipv6only flags \"" + p.text() + "\""))),
            ParameterTable.Row.of("so_keepalive=", Listen::keepAlive),
            ParameterTable.Row.of("multipath", (o, p) -> o.tcpOnly(p).refused.add(p.whole())));

    private static final ParameterTable<Options> STREAM_PARAMETERS = ParameterTable.of(with(COMMON, List.of(
            ParameterTable.Row.of(UDP, (o, _) -> o.udp = true),
            ParameterTable.Row.of("ssl", (o, p) -> {
                o.tcpOnly.add(p.whole());
                o.tls = true;
            }),
            ParameterTable.Row.of("proxy_protocol", (o, p) -> {
                o.tcpOnly.add(p.whole());
                o.proxyProtocol = true;
            }))));

    private static final ParameterTable<Options> HTTP_PARAMETERS = ParameterTable.of(with(COMMON, List.of(
            ParameterTable.Row.of("default", (o, _) -> o.defaultServer = true),
            ParameterTable.Row.of("ssl", (o, _) -> o.tls = true),
            ParameterTable.Row.of("proxy_protocol", (o, _) -> o.proxyProtocol = true),
            ParameterTable.Row.of("http2", (_, p) -> Http2.unavailable(p.directive(), p.whole())),
            ParameterTable.Row.refused("quic", Support.NOT_YET))));

    /// What the parameters say.
    private static final class Options {

        private final List<Fragment> tcpOnly = new ArrayList<>();

        private final List<Fragment> refused = new ArrayList<>();

        private boolean given;
        private boolean udp;
        private boolean defaultServer;
        private boolean tls;
        private boolean proxyProtocol;
        private int backlog = SocketOptionsConfig.DEFAULT_BACKLOG;
        private OptionalInt receiveBuffer = OptionalInt.empty();
        private OptionalInt sendBuffer = OptionalInt.empty();
        private boolean deferred;
        private OptionalInt fastOpen = OptionalInt.empty();
        private boolean ipv6Only = true;
        private boolean reusePort;
        private KeepAliveConfig keepAlive = KeepAliveConfig.DEFAULT;

        private Options give() {
            given = true;
            return this;
        }

        private Options tcpOnly(ParameterTable.Parameter parameter) {
            tcpOnly.add(parameter.whole());
            return give();
        }

        private void invalid(ParameterTable.Parameter parameter, String what) {
            parameter.invalid("invalid " + what + " \"" + parameter.whole().text() + "\"");
        }

        private SocketOptionsConfig config() {
            return new SocketOptionsConfig(
                    backlog, receiveBuffer, sendBuffer, deferred, fastOpen, ipv6Only, reusePort, keepAlive);
        }
    }

    static void bind(Directive directive) {
        Fragment where = directive.argument(0);
        Options options = new Options();
        boolean http = directive.scope().context().isHttp();
        (http ? HTTP_PARAMETERS : STREAM_PARAMETERS).apply(options, directive, directive.argumentsFrom(1));
        for (Fragment refused : options.udp ? options.tcpOnly : options.refused) {
            String name = refused.text().replaceFirst("=.*", "");
            if (options.udp) {
                directive.error("incompatible-parameters", refused,
                        "\"listen\" directive \"" + name + "\" parameter is incompatible with \"udp\"");
            } else {
                directive.error("not-supported", refused,
                        "the \"" + name + "\" parameter of the \"listen\" directive is known but not supported by"
                                + " Sluice yet");
            }
        }
        Set<Address> addresses = new LinkedHashSet<>(addresses(directive, where));
        SocketProtocol protocol = options.udp ? SocketProtocol.UDP : SocketProtocol.TCP;
        for (Address address : addresses) {
            if (options.udp && address instanceof Address.Unix) {
                directive.error("not-supported", where, "datagrams on a unix socket are not supported by Sluice");
            }
            directive.scope().add(StreamDirectives.LISTENS, new Listen(
                    directive, where, protocol, address, options.defaultServer, options.tls && !options.udp,
                    options.proxyProtocol && !options.udp,
                    options.given, options.config()));
        }
    }

    /// What a server of http listens on that has no `listen`.
    static Listen implied(Directive server) {
        int port = server.run().environment().superuser() ? HTTP_PORT : UNPRIVILEGED_PORT;
        return new Listen(
                server, server.nameFragment(), SocketProtocol.TCP,
                new Address.Ip(AddressText.literal("0.0.0.0").orElseThrow(), port), false, false, false, false,
                SocketOptionsConfig.DEFAULT);
    }

    private static <T> List<T> with(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static List<Address> addresses(Directive directive, Fragment where) {
        String complaint = "";
        boolean http = directive.scope().context().isHttp();
        switch (AddressText.listen(where.text())) {
            case AddressText.Unix unix -> {
                return List.of(new Address.Unix(unix.path()));
            }
            case AddressText.Malformed malformed -> complaint = malformed.reason();
            case AddressText.Inet inet when !inet.hasPort() && !http -> complaint = "no port";
            case AddressText.Inet inet -> {
                List<Address> addresses = new ArrayList<>();
                int first = inet.hasPort() ? inet.port() : HTTP_PORT;
                int last = inet.hasPort() ? inet.lastPort() : HTTP_PORT;
                for (InetAddress host : hosts(directive, inet.host())) {
                    for (int port = first; port <= last; port++) {
                        addresses.add(new Address.Ip(host, port));
                    }
                }
                if (!addresses.isEmpty()) {
                    return addresses;
                }
                complaint = "host not found";
            }
        }
        directive.error("invalid-address", where,
                complaint + " in \"" + where.text() + "\" of the \"listen\" directive");
        return List.of();
    }

    private static List<InetAddress> hosts(Directive directive, String host) {
        String literal = host.equals(AddressText.ANY) ? "0.0.0.0" : host;
        return AddressText.literal(literal)
                .map(List::of)
                .orElseGet(() -> directive.run().environment().hosts().addresses(host));
    }

    private static Optional<Integer> size(String text) {
        return ByteSize.parse(text).map(ByteSize::bytes).filter(n -> n <= Integer.MAX_VALUE).map(Long::intValue);
    }

    /// `on`, `off`, or `idle:interval:count` of which any may be left out, but not all.
    private static void keepAlive(Options options, ParameterTable.Parameter parameter) {
        Optional<KeepAliveConfig> config = ValueType.FLAG.parse(parameter.text())
                .map(on -> new KeepAliveConfig(Optional.of(on), Optional.empty(), Optional.empty(), OptionalInt.empty()))
                .or(() -> KeepAliveText.parse(parameter.text()));
        config.ifPresentOrElse(
                c -> options.tcpOnly(parameter).keepAlive = c,
                () -> parameter.invalid("invalid so_keepalive value: \"" + parameter.text() + "\""));
    }
}
