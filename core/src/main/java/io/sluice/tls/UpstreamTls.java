package io.sluice.tls;

import java.lang.ref.Cleaner;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// TLS towards the peers of one `proxy_pass`, ready for handshakes of all workers, which share its sessions. Immutable.
///
///     SslHandler handler = tls.newHandler(channel.alloc(), "10.0.0.1:443", "api.example.com");
///     channel.pipeline().addFirst(handler);
///     handler.handshakeFuture().addListener(done -> ... TlsFailure.reason(done.cause()));
public final class UpstreamTls {

    private static final Cleaner CLEANER = Cleaner.create();

    // Sessions are kept by host and port; the host's text says both, so any port does.
    private static final int ANY_PORT = 1;

    private final SslContext context;

    private final boolean sendName;

    private final List<TlsProblem> warnings;

    UpstreamTls(SslContext context, boolean sendName, List<TlsProblem> warnings) {
        this.context = context;
        this.sendName = sendName;
        this.warnings = List.copyOf(warnings);
        CLEANER.register(this, () -> ReferenceCountUtil.release(context));
    }

    /// What the library in use cannot do of what was configured; for `-t` and the start.
    public List<TlsProblem> warnings() {
        return warnings;
    }

    /// A handler for one connection to a peer; sessions are resumed for the same peer and name.
    ///
    /// @param peer the peer's address in text
    /// @param name whom to expect in the certificate, and whom to name by SNI where that is on
    public SslHandler newHandler(ByteBufAllocator allocator, String peer, String name) {
        SslHandler handler = context.newHandler(allocator, host(peer, name), ANY_PORT);
        String host = serverName(name);
        if (sendName && host != null) {
            send(handler.engine(), host);
        }
        return handler;
    }

    /// What the engine takes for its host: the leading slash keeps the library from sending it as a server name.
    private static String host(String peer, String name) {
        return "/" + peer + "/" + name;
    }

    /// The name in an engine's host.
    static String name(@Nullable String host) {
        return host == null ? "" : host.substring(host.lastIndexOf('/') + 1);
    }

    /// The name as SNI has it: without a port and a last dot; null for an address, which SNI does not allow.
    private static @Nullable String serverName(String name) {
        String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        boolean address = host.isEmpty() || host.startsWith("[") || NetUtil.isValidIpV4Address(host)
                || NetUtil.isValidIpV6Address(host);
        return address ? null : host;
    }

    // By the pointer rather than by SNIHostName, which refuses names that others use, `my_service` for one.
    @SuppressWarnings("deprecation")
    private static void send(SSLEngine engine, String host) {
        if (engine instanceof ReferenceCountedOpenSslEngine openSsl) {
            SSL.setTlsExtHostName(openSsl.sslPointer(), host);
            return;
        }
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(
                new SNIHostName(host.getBytes(java.nio.charset.StandardCharsets.US_ASCII))));
        engine.setSSLParameters(parameters);
    }
}
