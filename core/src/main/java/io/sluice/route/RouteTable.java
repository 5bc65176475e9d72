package io.sluice.route;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.SocketProtocol;

/// Which server a session is meant for, by the address it came to. Immutable.
///
/// A listener asks once, when it is installed, for the [Site] of the address it is bound to, and every session it accepts is
/// that site's. Where one socket receives for several addresses (a wildcard, an inherited socket), [#find] takes the
/// session's own local address: the exact address goes before the wildcard of its family and port.
///
/// @param <S> what a server is to the caller
public final class RouteTable<S> {

    private static final InetAddress ANY_IPV4 = InetAddress.ofLiteral("0.0.0.0");

    private static final InetAddress ANY_IPV6 = InetAddress.ofLiteral("::");

    private record Key(SocketProtocol protocol, Address address) {}

    /// The servers that share one address. Immutable.
    ///
    /// @param defaultServer the one with `default_server`, otherwise the first
    /// @param servers in the order of the configuration; a choice by name (SNI) is made among them
    public record Site<S>(SocketProtocol protocol, Address address, S defaultServer, List<S> servers) {

        public Site {
            servers = List.copyOf(servers);
        }
    }

    private final Map<Key, Site<S>> sites;

    private RouteTable(Map<Key, Site<S>> sites) {
        this.sites = sites;
    }

    /// All addresses that are listened on, in the order of the configuration.
    public List<Site<S>> sites() {
        return List.copyOf(sites.values());
    }

    /// The servers of exactly this listening address.
    public @Nullable Site<S> at(SocketProtocol protocol, Address listening) {
        return sites.get(new Key(protocol, listening));
    }

    /// The servers for a session whose local address this is.
    public @Nullable Site<S> find(SocketProtocol protocol, Address local) {
        Site<S> exact = at(protocol, local);
        if (exact != null || !(local instanceof Address.Ip ip)) {
            return exact;
        }
        boolean ipv6 = ip.host() instanceof Inet6Address;
        Site<S> wildcard = at(protocol, new Address.Ip(ipv6 ? ANY_IPV6 : ANY_IPV4, ip.port()));
        // An IPv6 wildcard with ipv6only=off receives IPv4 too.
        return wildcard != null || ipv6 ? wildcard : at(protocol, new Address.Ip(ANY_IPV6, ip.port()));
    }

    /// Collects the servers of a configuration. Used during start-up only.
    public static final class Builder<S> {

        private final Map<Key, List<S>> servers = new LinkedHashMap<>();

        private final Map<Key, S> defaults = new HashMap<>();

        /// Adds a server's listener, in the order of the configuration.
        public Builder<S> add(ListenerConfig listener, S server) {
            Key key = new Key(listener.protocol(), listener.address());
            servers.computeIfAbsent(key, _ -> new ArrayList<>()).add(server);
            if (listener.defaultServer()) {
                defaults.putIfAbsent(key, server);
            }
            return this;
        }

        public RouteTable<S> build() {
            Map<Key, Site<S>> sites = new LinkedHashMap<>();
            servers.forEach((key, all) -> sites.put(key, new Site<>(
                    key.protocol(), key.address(), defaults.getOrDefault(key, all.getFirst()), all)));
            return new RouteTable<>(sites);
        }
    }
}
