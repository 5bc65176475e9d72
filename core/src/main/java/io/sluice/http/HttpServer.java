package io.sluice.http;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpServerConfig;
import io.sluice.config.model.HttpServerConfig.ConnectionOptions;
import io.sluice.http.routing.Routing;
import io.sluice.tls.ServerTls;

/// One `server {}` of the http block, compiled. Immutable.
public final class HttpServer {

    private final HttpServerConfig config;

    private final Routing<LocationSettings> routing;

    private final @Nullable ServerTls tls;

    private final String name;

    HttpServer(HttpServerConfig config, Routing<LocationSettings> routing, @Nullable ServerTls tls) {
        this.config = config;
        this.routing = routing;
        this.tls = tls;
        this.name = config.names().isEmpty() ? "" : config.names().getFirst().text();
    }

    /// `$server_name`.
    String name() {
        return name;
    }

    HttpServerConfig config() {
        return config;
    }

    ConnectionOptions connection() {
        return config.connection();
    }

    long headerNanos() {
        return TimeUnit.NANOSECONDS.convert(config.connection().headerTimeout());
    }

    Routing<LocationSettings> routing() {
        return routing;
    }

    /// What the server itself says.
    LocationSettings root() {
        return routing.server().attachment();
    }

    /// Null: it has no certificate.
    @Nullable ServerTls tls() {
        return tls;
    }
}
