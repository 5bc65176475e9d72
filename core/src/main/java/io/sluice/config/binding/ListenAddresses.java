package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
            Optional<Listen> withOptions =
                    Optional.ofNullable(groups.get(Place.of(listen))).flatMap(group -> group.withOptions);
            return new ListenerConfig(
                    listen.directive().position(), listen.address(), listen.protocol(), listen.defaultServer(),
                    false, false,
                    withOptions.map(Listen::options).orElse(SocketOptionsConfig.DEFAULT));
        }).toList();
    }

    /// Warns of servers that other servers hide: without names to tell them apart the default one gets every session.
    void warnOfUnreachable() {
        for (Scope server : servers) {
            List<Group> own = groups.values().stream().filter(group -> group.servers.contains(server)).toList();
            if (!own.isEmpty() && own.stream().allMatch(group -> group.serving() != server)) {
                String other = own.getFirst().serving().opener().position().fileAndLine();
                run.warning("unreachable-server", Fragment.of(server.opener().name()),
                        "this server is never reached, sessions go to the one in " + other);
            }
        }
    }
}
