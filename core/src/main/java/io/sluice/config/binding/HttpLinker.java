package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.Address;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.HttpServerConfig;
import io.sluice.config.model.HttpServerConfig.ServerName;
import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.LogFormatConfig;

/// Makes the model of a `http {}` block once all of it was read: what names refer to is looked up here. Used during
/// start-up only.
final class HttpLinker {

    private final BindingRun run;

    private final Scope http;

    private final UpstreamGroups groups;

    HttpLinker(BindingRun run, Scope http) {
        this.run = run;
        this.http = http;
        this.groups = new UpstreamGroups(run, http);
    }

    /// The model, complete only if no error was reported.
    HttpConfig link() {
        ModuleNames.check(run);
        new ZoneNames(run).check(http);
        ListenAddresses addresses = new ListenAddresses(run);
        List<Scope> scopes = http.own(HttpDirectives.SERVERS);
        scopes.forEach(addresses::add);
        addresses.forEachAddress(this::checkAddress);
        LocationLinker locations = new LocationLinker(run, groups);
        HttpProxyDirectives.checkBuffers(run, http);
        List<HttpServerConfig> servers = new ArrayList<>();
        for (Scope scope : scopes) {
            servers.add(server(scope, addresses.listeners(scope), locations));
        }
        LogInheritance.checkFiles(run, http, locations.linked());
        return new HttpConfig(
                servers,
                groups.all(),
                http.own(StreamDirectives.MAPS),
                http.own(StreamDirectives.GEOS),
                http.own(StreamDirectives.SPLITS),
                http.own(StreamDirectives.LIMIT_ZONES),
                http.own(LimitReqText.ZONES),
                logFormats());
    }

    private Map<String, LogFormatConfig> logFormats() {
        Map<String, LogFormatConfig> formats = new HashMap<>();
        formats.put(LogFormatText.COMBINED, LogFormatText.combined());
        http.own(LogDirectives.LOG_FORMATS).forEach(format -> formats.putIfAbsent(format.name(), format));
        return formats;
    }

    private HttpServerConfig server(Scope scope, List<ListenerConfig> listeners, LocationLinker locations) {
        boolean tls = listeners.stream().anyMatch(ListenerConfig::tls);
        return new HttpServerConfig(
                scope.opener().position(),
                scope.own(HttpDirectives.SERVER_NAMES),
                listeners,
                HttpDirectives.connection(scope),
                TlsText.server(run, scope, tls, List.of(), scope.get(HttpDirectives.HEADER_TIMEOUT)),
                locations.server(scope));
    }

    /// The servers of one address must be told apart by names, and one of them has to answer a handshake.
    private void checkAddress(Address address, boolean tls, List<Scope> defaultFirst, List<Scope> inOrder) {
        Set<String> seen = new HashSet<>();
        for (Scope server : inOrder) {
            List<ServerName> names = server.own(HttpDirectives.SERVER_NAMES);
            if (names.isEmpty() && !seen.add("")) {
                conflict(Fragment.of(server.opener().name()), "", address);
            }
            for (ServerName name : names) {
                checkName(name, seen, address);
            }
        }
        if (tls) {
            TlsText.checkCertificates(run, defaultFirst);
        }
    }

    private void checkName(ServerName name, Set<String> seen, Address address) {
        List<String> keys = switch (name) {
            case ServerName.Exact exact -> List.of(exact.name());
            case ServerName.Suffix suffix -> suffix.matchesBare()
                    ? List.of(suffix.suffix(), "*." + suffix.suffix())
                    : List.of("*." + suffix.suffix());
            case ServerName.Prefix prefix -> List.of(prefix.prefix() + ".*");
            case ServerName.Regex _ -> List.of();
        };
        boolean fresh = true;
        for (String key : keys) {
            fresh &= seen.add(key);
        }
        if (!fresh) {
            String written = name instanceof ServerName.Suffix suffix && suffix.matchesBare()
                    ? "." + suffix.suffix()
                    : keys.getFirst();
            run.warning("conflicting-server-name", name.position(),
                    conflictText(written, address), Optional.empty());
        }
    }

    private void conflict(Fragment at, String name, Address address) {
        run.warning("conflicting-server-name", at, conflictText(name, address));
    }

    private static String conflictText(String name, Address address) {
        return "conflicting server name \"" + name + "\" on " + address + ", ignored";
    }
}
