package io.sluice.variable;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.AccessRuleConfig.Subject;
import io.sluice.config.model.GeoConfig;
import io.sluice.network.ForwardedFor;
import io.sluice.network.IpText;
import io.sluice.network.NetworkMap;
import io.sluice.session.Variable;

/// One `geo`, compiled. Immutable.
///
/// The smallest network around the address decides. What is no address, a unix-domain socket's too, has the value of
/// 255.255.255.255, as in nginx.
final class GeoVariable implements ComputedVariable {

    private static final byte[] NO_ADDRESS = {-1, -1, -1, -1};

    // Absent: the client's address.
    private final @Nullable Template source;

    private final Variable clientAddress;

    private final NetworkMap<String> values;

    // Absent: nobody's word about the client is taken.
    private final @Nullable ForwardedFor proxies;

    private final @Nullable Variable forwardedFor;

    /// @param clientAddress `$binary_remote_addr`
    /// @param forwardedFor `$http_x_forwarded_for`, where there is HTTP
    GeoVariable(GeoConfig config, VariableTable table, Variable clientAddress, @Nullable Variable forwardedFor) {
        this.source = config.source().isPresent() ? table.compile(config.source().get()) : null;
        this.clientAddress = clientAddress;
        this.forwardedFor = forwardedFor;
        NetworkMap.Builder<String> networks =
                new NetworkMap.Builder<>(NetworkMap.Precedence.INNERMOST, ByteText.of(config.defaultValue()));
        for (GeoConfig.Entry entry : config.entries()) {
            String value = ByteText.of(entry.value());
            switch (entry.network().subject()) {
                case Subject.Network network -> networks.add(network, value);
                case Subject.All _ -> networks.addAll(value);
                case Subject.Unix _ -> throw new InvalidVariableException(
                        entry.position(), "a unix-domain socket belongs to no network");
            }
        }
        this.values = networks.build();
        this.proxies = config.trustedProxies().isEmpty()
                ? null
                : new ForwardedFor(config.trustedProxies(), config.proxyRecursive());
    }

    @Override
    public boolean isVolatile() {
        return false;
    }

    @Override
    public String evaluate(VariableSource session) {
        byte[] address = address(session);
        if (address == null) {
            return values.find(NO_ADDRESS);
        }
        byte[] client = forwarded(session, address);
        return values.find(client.length == 0 ? NO_ADDRESS : client);
    }

    private byte @Nullable [] address(VariableSource session) {
        if (source != null) {
            return IpText.address(source.evaluate(session));
        }
        String binary = session.value(clientAddress);
        return binary == null || !isAddress(binary) ? new byte[0] : ByteText.bytes(binary);
    }

    private byte[] forwarded(VariableSource session, byte[] address) {
        if (proxies == null || forwardedFor == null) {
            return address;
        }
        String list = session.value(forwardedFor);
        IpText.AddressAndPort client = list == null ? null : proxies.find(address, List.of(list));
        return client == null ? address : client.address();
    }

    /// For a unix-domain socket the variable is some text.
    private static boolean isAddress(String binary) {
        return binary.length() == NO_ADDRESS.length || binary.length() == 4 * NO_ADDRESS.length;
    }
}
