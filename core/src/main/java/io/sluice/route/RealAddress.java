package io.sluice.route;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationOptions.RealIp;
import io.sluice.network.ForwardedFor;
import io.sluice.network.IpText.AddressAndPort;

/// `set_real_ip_from`, `real_ip_header` and `real_ip_recursive`: whose address takes the place of the peer's. Immutable.
///
///     if (realAddress.isOff()) return;
///     AddressAndPort client = realAddress.find(peer, request.values(realAddress.header()));
///     if (client != null) ...                             // port 0: the header names none
public final class RealAddress {

    /// The header that is no field.
    public static final String PROXY_PROTOCOL = "proxy_protocol";

    /// Trusts nobody.
    public static final RealAddress OFF = of(RealIp.NOBODY);

    private static final String LIST_FIELD = "x-forwarded-for";

    private final RealIp config;

    private final ForwardedFor forwarded;

    private RealAddress(RealIp config) {
        this.config = config;
        this.forwarded = new ForwardedFor(config.trusted(), config.recursive());
    }

    /// Compiles what a location says.
    public static RealAddress of(RealIp config) {
        return new RealAddress(config);
    }

    /// Whether nobody is trusted, so that there is nothing to ask.
    public boolean isOff() {
        return config.trusted().isEmpty();
    }

    /// Whether the PROXY protocol header of the connection tells.
    public boolean isOfProxyProtocol() {
        return PROXY_PROTOCOL.equals(config.header());
    }

    /// The field that tells, in lower case; `proxy_protocol` for the header of the connection.
    public String header() {
        return config.header();
    }

    /// The client's address; null when the peer's stays.
    ///
    /// Of `X-Forwarded-For` every line counts, of any other field the first, as in nginx.
    ///
    /// @param peer 4 or 16 bytes, none for a unix-domain socket
    /// @param values the field's values in the order of the request, or the address of the PROXY protocol
    public @Nullable AddressAndPort find(byte[] peer, List<String> values) {
        boolean list = values.size() <= 1 || config.header().equals(LIST_FIELD);
        return forwarded.find(peer, list ? values : values.subList(0, 1));
    }
}
