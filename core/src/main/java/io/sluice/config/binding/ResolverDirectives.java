package io.sluice.config.binding;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.Address;
import io.sluice.config.model.ResolverConfig;
import io.sluice.config.model.ResolverOptions;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// `resolver` and `resolver_timeout`, of both modules. Immutable.
final class ResolverDirectives {

    private static final int DNS_PORT = 53;

    private static final Setting<ResolverConfig> RESOLVER = Setting.optional(ValueType.composed("address ..."));

    private static final Setting<Duration> TIMEOUT = Setting.of(ValueType.MILLISECONDS, "30s");

    private static final ParameterTable<Options> PARAMETERS = ParameterTable.of(List.of(
            ParameterTable.Row.of("valid=", (o, p) -> TimeValue.SECONDS.parse(p.text())
                    .ifPresentOrElse(time -> o.valid = Optional.of(time), () -> invalid(p))),
            ParameterTable.Row.of("ipv4=", (o, p) -> flag(p).ifPresent(on -> o.ipv4 = on)),
            ParameterTable.Row.of("ipv6=", (o, p) -> flag(p).ifPresent(on -> o.ipv6 = on)),
            ParameterTable.Row.refused("status_zone=", Support.PLUS)));

    private static final String SERVERS = "DNS servers that resolve names while the server runs: computed ones of `proxy_pass`,"
            + " and those of peers with `resolve`.";

    private static final String GROUP_SERVERS = "DNS servers that resolve the names of the group's peers with `resolve`.";

    private static final String TIME = "How long resolving a name may take.";

    static final List<DirectiveSpec> ROWS = List.of(
            resolver().in(STREAM, STREAM_SERVER).since("1.11.3").means(SERVERS),
            resolver().in(STREAM_UPSTREAM).since("1.17.5").means(GROUP_SERVERS),
            resolver().in(HTTP, HTTP_SERVER, HTTP_LOCATION).means(SERVERS),
            resolver().in(HTTP_UPSTREAM).since("1.17.5").means(GROUP_SERVERS),
            row("resolver_timeout").in(STREAM, STREAM_SERVER).since("1.11.3").value(TIMEOUT).means(TIME),
            row("resolver_timeout").in(STREAM_UPSTREAM, HTTP_UPSTREAM).since("1.17.5").value(TIMEOUT).means(TIME),
            row("resolver_timeout").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(TIMEOUT).means(TIME));

    /// What the parameters say.
    private static final class Options {

        private Optional<Duration> valid = Optional.empty();
        private boolean ipv4 = true;
        private boolean ipv6 = true;
    }

    private ResolverDirectives() {}

    private static DirectiveSpec.Row resolver() {
        return row("resolver").takes(ONE_OR_MORE, "address[:port] ... [valid=time] [ipv4=on|off] [ipv6=on|off]")
                .by(ResolverDirectives::bind);
    }

    /// What a block says, or has inherited.
    static ResolverOptions options(Scope block) {
        return new ResolverOptions(block.find(RESOLVER), block.get(TIMEOUT));
    }

    private static void bind(Directive directive) {
        Options options = new Options();
        List<Address.Ip> servers = new ArrayList<>();
        boolean complete = true;
        for (Fragment argument : directive.argumentsFrom(0)) {
            if (PARAMETERS.knows(argument.text())) {
                PARAMETERS.apply(options, directive, List.of(argument));
            } else {
                List<Address.Ip> found = server(directive, argument);
                complete &= !found.isEmpty();
                servers.addAll(found);
            }
        }
        if (!options.ipv4 && !options.ipv6) {
            directive.error("invalid-parameter", directive.nameFragment(),
                    "\"ipv4\" and \"ipv6\" cannot both be \"off\"");
        }
        if (complete && servers.isEmpty()) {
            directive.error("no-name-servers", directive.nameFragment(), "no name servers defined");
        }
        // With none the directive counts all the same: one complaint is enough.
        directive.scope().put(RESOLVER, new ResolverConfig(
                directive.position(), servers, options.valid.filter(time -> !time.isZero()), options.ipv4, options.ipv6));
    }

    /// The addresses of a server; empty, and reported, when there are none.
    private static List<Address.Ip> server(Directive directive, Fragment where) {
        String complaint = "host not found";
        switch (AddressText.remote(where.text())) {
            case AddressText.Inet inet -> {
                int port = inet.hasPort() ? inet.port() : DNS_PORT;
                List<InetAddress> found = AddressText.literal(inet.host()).map(List::of)
                        .orElseGet(() -> directive.run().environment().hosts().addresses(inet.host()));
                if (!found.isEmpty()) {
                    return found.stream().map(host -> new Address.Ip(host, port)).toList();
                }
            }
            case AddressText.Unix _ -> complaint = "invalid host";
            case AddressText.Malformed malformed -> complaint = malformed.reason();
        }
        directive.error("invalid-address", where, complaint + " in resolver \"" + where.text() + "\"");
        return List.of();
    }

    private static Optional<Boolean> flag(ParameterTable.Parameter parameter) {
        Optional<Boolean> on = switch (parameter.text()) {
            case "on" -> Optional.of(true);
            case "off" -> Optional.of(false);
            default -> Optional.empty();
        };
        if (on.isEmpty()) {
            invalid(parameter);
        }
        return on;
    }

    private static void invalid(ParameterTable.Parameter parameter) {
        parameter.directive().error("invalid-parameter", parameter.whole(),
                "invalid parameter: " + parameter.whole().text());
    }
}
