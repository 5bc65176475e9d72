package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.sluice.config.model.Address;
import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.SocketOptionsConfig;
import io.sluice.config.model.SocketProtocol;

/// The addresses that all servers together listen on: one socket's options are said once, one server is the default. Used
/// during start-up only.
final class ListenAddresses {

    private final BindingRun run;

    private final Map<Place, Group> groups = new LinkedHashMap<>();

    private final List<Scope> servers = new ArrayList<>();

    ListenAddresses(BindingRun run) {
        this.run = run;
    }

    /// A port of TCP has nothing to do with the same one of UDP.
    private record Place(SocketProtocol protocol, Address address) {

        static Place of(Listen listen) {
            return new Place(listen.protocol(), listen.address());
        }
    }

    /// Everybody who listens on one address.
    private static final class Group {

        private final List<Scope> servers = new ArrayList<>();

        private Optional<Listen> withOptions = Optional.empty();

        private Optional<Scope> defaultServer = Optional.empty();

        private boolean tls;

        private boolean proxyProtocol;

        private ProtocolOptions protocols = new ProtocolOptions();

        private Scope serving() {
            return defaultServer.orElse(servers.getFirst());
        }
    }

    /// Takes the addresses of a server, in order of the configuration.
    void add(Scope server) {
        servers.add(server);
        for (Listen listen : server.own(StreamDirectives.LISTENS)) {
            Group group = groups.computeIfAbsent(Place.of(listen), _ -> new Group());
            if (group.servers.contains(server)) {
                run.error("duplicate-listen", listen.where(), "a duplicate listen " + listen.address());
                continue;
            }
            group.servers.add(server);
            if (group.protocols.redefinedBy(listen, group.withOptions.isPresent())) {
                run.warning("protocols-redefined", listen.where(),
                        "protocol options redefined for " + listen.address());
            }
            group.tls |= listen.tls();
            group.proxyProtocol |= listen.proxyProtocol();
            if (listen.optionsGiven()) {
                if (group.withOptions.isPresent()) {
                    run.error("duplicate-listen-options", listen.where(),
                            "duplicate listen options for " + listen.address());
                } else {
                    group.withOptions = Optional.of(listen);
                }
            }
            if (listen.defaultServer()) {
                if (group.defaultServer.isPresent()) {
                    run.error("duplicate-default-server", listen.where(),
                            "a duplicate default server for " + listen.address());
                } else {
                    group.defaultServer = Optional.of(server);
                }
            }
        }
    }

    /// The listeners of a server, with the options that any server gave for their addresses.
    List<ListenerConfig> listeners(Scope server) {
        return server.own(StreamDirectives.LISTENS).stream().map(listen -> {
            Group group = Objects.requireNonNull(groups.get(Place.of(listen)), "added before");
            Optional<Listen> withOptions = group.withOptions;
            return new ListenerConfig(
                    listen.directive().position(), listen.address(), listen.protocol(), listen.defaultServer(),
                    group.tls, group.proxyProtocol,
                    withOptions.map(Listen::options).orElse(SocketOptionsConfig.DEFAULT));
        }).toList();
    }

    /// Looks at each address: who listens there, in order, the one that is asked when no name matches first.
    void forEachAddress(AddressVisitor visitor) {
        groups.forEach((place, group) -> {
            List<Scope> listening = new ArrayList<>(group.servers);
            listening.remove(group.serving());
            listening.addFirst(group.serving());
            visitor.visit(place.address(), group.tls, listening, group.servers);
        });
    }

    /// Looks at one address.
    @FunctionalInterface
    interface AddressVisitor {

        /// @param servers the default one first
        /// @param inOrder the same in the order of the configuration
        void visit(Address address, boolean tls, List<Scope> servers, List<Scope> inOrder);
    }

    /// Warns of servers that other servers hide: without names to tell them apart in a TLS handshake the
    /// default one gets every session.
    void warnOfUnreachable() {
        for (Scope server : servers) {
            List<Group> own = groups.values().stream().filter(group -> group.servers.contains(server)).toList();
            boolean named = !server.own(HttpDirectives.SERVER_NAMES).isEmpty();
            boolean hidden = own.stream().allMatch(group -> group.serving() != server && !(named && group.tls));
            if (!own.isEmpty() && hidden) {
                String other = own.getFirst().serving().opener().position().fileAndLine();
                run.warning("unreachable-server", Fragment.of(server.opener().name()),
                        "this server is never reached, sessions go to the one in " + other);
            }
        }
    }
}
