package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

import io.sluice.config.model.Endpoint;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.PeerConfig.Resolve;

/// Reads a `server` line of an upstream. Used during start-up only.
///
/// @param weight the parameter, if it was written
/// @param backup likewise
record PeerText(Directive directive, PeerConfig config, Optional<Fragment> weight, Optional<Fragment> backup) {

    /// The port of a peer of http that has none.
    private static final int HTTP_PORT = 80;

    /// nginx keeps so many characters of a route.
    private static final int LONGEST_ROUTE = 32;

    private static final List<ParameterTable.Row<Options>> COMMON = List.of(
            ParameterTable.Row.of("weight=", (o, p) -> ValueType.number(p.text()).filter(n -> n > 0)
                    .ifPresentOrElse(n -> o.weight(n, p), p::invalid)),
            ParameterTable.Row.of("max_conns=", (o, p) -> ValueType.number(p.text())
                    .ifPresentOrElse(n -> o.maxConnections = n, p::invalid)),
            ParameterTable.Row.of("max_fails=", (o, p) -> ValueType.number(p.text())
                    .ifPresentOrElse(n -> o.maxFails = OptionalInt.of(n), p::invalid)),
            ParameterTable.Row.of("fail_timeout=", (o, p) -> TimeValue.SECONDS.parse(p.text())
                    .ifPresentOrElse(time -> o.failTimeout = Optional.of(time), p::invalid)),
            ParameterTable.Row.of("backup", PeerText::backup),
            ParameterTable.Row.of("down", (o, _) -> o.down = true),
            ParameterTable.Row.of("resolve", (o, p) -> o.resolve = Optional.of(p.whole())),
            ParameterTable.Row.of("service=", PeerText::service),
            ParameterTable.Row.refused("slow_start=", Support.PLUS));

    private static final ParameterTable<Options> STREAM_PARAMETERS = ParameterTable.of(COMMON);

    private static final ParameterTable<Options> HTTP_PARAMETERS = ParameterTable.of(Stream.concat(
            COMMON.stream(),
            Stream.<ParameterTable.Row<Options>>of(
                    ParameterTable.Row.of("route=", PeerText::route),
                    ParameterTable.Row.of("drain", (o, _) -> o.drain = true))).toList());

    /// What the parameters say.
    private static final class Options {

        private int weight = 1;
        private int maxConnections;
        private OptionalInt maxFails = OptionalInt.empty();
        private Optional<Duration> failTimeout = Optional.empty();
        private boolean down;
        private String route = "";
        private boolean drain;
        private Optional<Fragment> weightWritten = Optional.empty();
        private Optional<Fragment> backup = Optional.empty();
        private Optional<Fragment> resolve = Optional.empty();
        private Optional<ParameterTable.Parameter> service = Optional.empty();

        private void weight(int value, ParameterTable.Parameter parameter) {
            weight = value;
            weightWritten = Optional.of(parameter.whole());
        }
    }

    static void bind(Directive directive) {
        Options options = new Options();
        boolean http = directive.scope().context().isHttp();
        (http ? HTTP_PARAMETERS : STREAM_PARAMETERS).apply(options, directive, directive.argumentsFrom(1));
        Optional<Endpoint> endpoint = endpoint(directive, directive.argument(0), options);
        if (endpoint.isEmpty()) {
            return;
        }
        // An address needs no resolving: nginx takes no notice of the parameter then.
        Optional<Resolve> resolve = options.resolve
                .filter(_ -> isName(endpoint.get()))
                .map(_ -> new Resolve(options.service.map(ParameterTable.Parameter::text).orElse("")));
        PeerConfig plain = PeerConfig.of(directive.position(), endpoint.get());
        PeerConfig config = new PeerConfig(
                directive.position(), endpoint.get(), options.weight, options.maxConnections,
                options.maxFails.orElse(plain.maxFails()), options.failTimeout.orElse(plain.failTimeout()),
                options.backup.isPresent(), options.down, options.route,
                options.drain, resolve);
        directive.scope().add(UpstreamDirectives.PEERS,
                new PeerText(directive, config, options.weightWritten, options.backup));
    }

    private static Optional<Endpoint> endpoint(Directive directive, Fragment where, Options options) {
        if (options.service.isPresent()) {
            return service(directive, where, options.service.get(), options.resolve.isPresent());
        }
        String complaint = "";
        switch (AddressText.remote(where.text())) {
            case AddressText.Unix unix -> {
                return Optional.of(new Endpoint.Unix(unix.path()));
            }
            case AddressText.Inet inet when inet.hasPort() -> {
                return Optional.of(new Endpoint.Host(inet.host(), inet.port()));
            }
            case AddressText.Inet inet when directive.scope().context().isHttp() -> {
                return Optional.of(new Endpoint.Host(inet.host(), HTTP_PORT));
            }
            case AddressText.Inet _ -> complaint = "no port";
            case AddressText.Malformed malformed -> complaint = malformed.reason();
        }
        directive.error("invalid-address", where, complaint + " in upstream \"" + where.text() + "\"");
        return Optional.empty();
    }

    /// The name of a service, whose ports SRV records say.
    private static Optional<Endpoint> service(
            Directive directive, Fragment where, ParameterTable.Parameter service, boolean resolves) {
        String named = "service upstream \"" + where.text() + "\" ";
        if (!resolves) {
            directive.error("invalid-parameter", service.whole(), named + "requires \"resolve\" parameter");
            return Optional.empty();
        }
        String complaint = switch (AddressText.remote(where.text())) {
            case AddressText.Malformed malformed -> malformed.reason() + " in upstream \"" + where.text() + "\"";
            case AddressText.Inet inet when inet.hasPort() -> named + "may not have port";
            case AddressText.Inet inet when AddressText.literal(inet.host()).isEmpty() -> "";
            case AddressText.Inet _ -> named + "requires domain name";
            case AddressText.Unix _ -> named + "requires domain name";
        };
        if (!complaint.isEmpty()) {
            directive.error("invalid-address", where, complaint);
            return Optional.empty();
        }
        return Optional.of(new Endpoint.Host(where.text(), 0));
    }

    private static boolean isName(Endpoint endpoint) {
        return endpoint instanceof Endpoint.Host host && AddressText.literal(host.host()).isEmpty();
    }

    private static void service(Options options, ParameterTable.Parameter parameter) {
        if (parameter.text().isEmpty()) {
            parameter.invalid("service is empty");
        } else {
            options.service = Optional.of(parameter);
        }
    }

    private static void route(Options options, ParameterTable.Parameter parameter) {
        if (parameter.text().isEmpty() || parameter.text().length() > LONGEST_ROUTE) {
            parameter.invalid();
        } else {
            options.route = parameter.text();
        }
    }

    /// nginx asks the method above this line; one below it makes the parameter meaningless instead.
    private static void backup(Options options, ParameterTable.Parameter parameter) {
        Directive directive = parameter.directive();
        boolean possible = directive.scope().own(UpstreamDirectives.METHOD)
                .map(UpstreamDirectives.Method::backup)
                .orElse(true);
        if (possible) {
            options.backup = Optional.of(parameter.whole());
        } else {
            directive.error("unsupported-by-method", parameter.whole(),
                    "balancing method does not support parameter \"" + parameter.whole().text() + "\"");
        }
    }
}
