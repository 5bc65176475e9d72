package io.sluice.tls;

import java.lang.ref.WeakReference;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.TlsClientConfig;
import io.sluice.config.model.TlsServerConfig;

/// The TLS of the process: makes contexts, and gives the same one again for the same settings and files. Thread-safe.
///
/// So all workers and all servers that are configured alike share a context with its session cache, and a reload that changes
/// nothing of it keeps the sessions. One ticket key serves every server that names none.
public final class TlsContexts {

    private final @Nullable TlsLibrary given;

    private @Nullable TicketKey ticketKey;

    private final ConcurrentMap<String, WeakReference<ServerTls>> servers = new ConcurrentHashMap<>();

    private final ConcurrentMap<String, WeakReference<UpstreamTls>> upstreams = new ConcurrentHashMap<>();

    /// With the library that [TlsLibrary#current] finds. It is loaded when a context is wanted: that takes a third of a second.
    public TlsContexts() {
        this.given = null;
    }

    TlsContexts(TlsLibrary library) {
        this.given = library;
    }

    private TlsLibrary library() {
        return given == null ? TlsLibrary.current() : given;
    }

    private synchronized TicketKey ticketKey() {
        TicketKey key = ticketKey;
        if (key == null) {
            key = TicketKey.random();
            ticketKey = key;
        }
        return key;
    }

    /// TLS for a server.
    ///
    /// @param alpn what is offered by ALPN; without a match the handshake goes on without
    /// @throws TlsConfigException with everything that is wrong with the settings and their files
    public ServerTls server(TlsServerConfig config, List<String> alpn) throws TlsConfigException {
        ServerTlsBuilder builder = new ServerTlsBuilder(config, alpn, library());
        String fingerprint = HexFormat.of().formatHex(builder.read());
        ServerTls known = live(servers, fingerprint);
        if (known != null) {
            return known;
        }
        ServerTls made = builder.build(ticketKey());
        servers.put(fingerprint, new WeakReference<>(made));
        return made;
    }

    /// TLS towards peers.
    ///
    /// @param alpn what is asked for by ALPN; empty: nothing
    /// @throws TlsConfigException with everything that is wrong with the settings and their files
    public UpstreamTls upstream(TlsClientConfig config, List<String> alpn) throws TlsConfigException {
        UpstreamTlsBuilder builder = new UpstreamTlsBuilder(config, alpn, library());
        String fingerprint = HexFormat.of().formatHex(builder.read());
        UpstreamTls known = live(upstreams, fingerprint);
        if (known != null) {
            return known;
        }
        UpstreamTls made = builder.build();
        upstreams.put(fingerprint, new WeakReference<>(made));
        return made;
    }

    private static <T> @Nullable T live(ConcurrentMap<String, WeakReference<T>> contexts, String fingerprint) {
        contexts.values().removeIf(reference -> reference.get() == null);
        WeakReference<T> reference = contexts.get(fingerprint);
        return reference == null ? null : reference.get();
    }
}
