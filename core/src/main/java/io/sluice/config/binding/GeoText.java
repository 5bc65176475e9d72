package io.sluice.config.binding;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.AccessRuleConfig.Subject;
import io.sluice.config.model.GeoConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.syntax.DirectiveNode;

/// Reads a `geo {}`: its lines are networks or ranges of addresses with values, and a few words that are neither. Used during
/// start-up only.
final class GeoText {

    private static final int IPV4_BITS = 32;

    private final Directive directive;

    private final Map<AccessRuleConfig.Subject.Network, GeoConfig.Entry> entries = new LinkedHashMap<>();

    private final List<AccessRuleConfig> proxies = new ArrayList<>();

    private Optional<String> defaultValue = Optional.empty();

    private boolean ranges;

    private boolean proxyRecursive;

    private GeoText(Directive directive) {
        this.directive = directive;
    }

    static void bind(Directive directive) {
        int last = directive.count() - 1;
        Optional<TemplateConfig> source =
                last == 0 ? Optional.empty() : address(directive, directive.argument(0));
        Optional<String> variable = directive.run().variables().defineComputed(directive, directive.argument(last));
        GeoText geo = new GeoText(directive);
        directive.children().forEach(geo::line);
        if (variable.isPresent() && (last == 0 || source.isPresent())) {
            directive.scope().add(StreamDirectives.GEOS, new GeoConfig(
                    directive.position(), source, variable.get(), List.copyOf(geo.entries.values()),
                    geo.defaultValue.orElse(""), geo.proxies, geo.proxyRecursive));
        }
    }

    private static Optional<TemplateConfig> address(Directive directive, Fragment written) {
        if (!written.text().startsWith("$") || written.text().length() == 1) {
            directive.error("invalid-variable-name", written, "invalid variable name \"" + written.text() + "\"");
            return Optional.empty();
        }
        return directive.template(written);
    }

    private void line(DirectiveNode line) {
        Fragment name = Fragment.of(line.name());
        if (line.block().isPresent()) {
            directive.run().error("unexpected-block", line.block().get().open(), "unexpected \"{\"");
        } else if (line.arguments().isEmpty() && word(name)) {
            return;
        } else if (line.arguments().size() != 1) {
            directive.error("wrong-number-of-arguments", name, "invalid number of the geo parameters");
        } else {
            entry(line, name, Fragment.of(line.arguments().getFirst()));
        }
    }

    private boolean word(Fragment name) {
        switch (name.text()) {
            case "ranges" -> {
                if (!entries.isEmpty()) {
                    directive.error("misplaced-ranges", name,
                            "the \"ranges\" directive must be the first directive inside \"geo\" block");
                }
                ranges = true;
            }
            case "proxy_recursive" -> {
                if (!directive.scope().context().isHttp()) {
                    return false;
                }
                proxyRecursive = true;
            }
            // A value is looked up by an address, which does not change while the variable is in use.
            case "volatile" -> { }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void entry(DirectiveNode line, Fragment name, Fragment value) {
        switch (name.text()) {
            case "default" -> {
                defaultValue.ifPresent(old -> repeated(name, name.text(), value.text(), old));
                defaultValue = Optional.of(value.text());
            }
            case "proxy" -> {
                if (directive.scope().context().isHttp()) {
                    network(value).ifPresent(n -> proxies.add(new AccessRuleConfig(line.position(), true, n)));
                } else {
                    invalidNetwork(name);
                }
            }
            case "delete" -> networks(value).forEach(network -> {
                if (entries.remove(network) == null) {
                    directive.warning("no-effect", value, "no network \"" + value.text() + "\" to delete");
                }
            });
            default -> networks(name).forEach(network -> {
                GeoConfig.Entry old = entries.put(network, new GeoConfig.Entry(
                        line.position(), new AccessRuleConfig(line.position(), true, network), value.text()));
                if (old != null) {
                    repeated(name, name.text(), value.text(), old.value());
                }
            });
        }
    }

    private void repeated(Fragment at, String network, String value, String old) {
        directive.warning("duplicate-network", at,
                "duplicate network \"" + network + "\", value: \"" + value + "\", old value: \"" + old + "\"");
    }

    private Set<Subject.Network> networks(Fragment written) {
        return ranges ? range(written) : network(written).map(Set::of).orElseGet(Set::of);
    }

    private Optional<Subject.Network> network(Fragment written) {
        Optional<Subject.Network> network = AccessRuleText.network(directive, written);
        if (network.isEmpty()) {
            invalidNetwork(written);
        }
        return network;
    }

    private void invalidNetwork(Fragment written) {
        directive.error("invalid-network", written, "invalid network \"" + written.text() + "\"");
    }

    /// The networks that a range consists of: from its start, each as large as alignment and end allow.
    private Set<Subject.Network> range(Fragment written) {
        int dash = written.text().indexOf('-');
        Optional<Long> first = ipv4(dash < 0 ? "" : written.text().substring(0, dash));
        Optional<Long> last = ipv4(written.text().substring(dash + 1));
        if (first.isEmpty() || last.isEmpty() || first.get() > last.get()) {
            directive.error("invalid-range", written, "invalid range \"" + written.text() + "\"");
            return Set.of();
        }
        Set<Subject.Network> networks = new HashSet<>();
        long at = first.get();
        while (at <= last.get()) {
            int bits = Math.min(IPV4_BITS, Long.numberOfTrailingZeros(at));
            while (at + (1L << bits) - 1 > last.get()) {
                bits--;
            }
            networks.add(new Subject.Network(address(at), IPV4_BITS - bits));
            at += 1L << bits;
        }
        return networks;
    }

    private static Optional<Long> ipv4(String text) {
        return AddressText.literal(text).map(InetAddress::getAddress).filter(bytes -> bytes.length == 4).map(bytes -> {
            long value = 0;
            for (byte b : bytes) {
                value = value << Byte.SIZE | (b & 0xff);
            }
            return value;
        });
    }

    private static InetAddress address(long value) {
        try {
            return InetAddress.getByAddress(new byte[] {
                (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
            });
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
