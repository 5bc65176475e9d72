package io.sluice.tls;

import java.lang.ref.Cleaner;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLParameters;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.TlsServerConfig.ClientVerification;

/// TLS of one server, ready for handshakes of all workers. Immutable.
///
/// [TlsContexts] makes it. Its native memory is given back when no generation and no connection refers to it any more.
public final class ServerTls {

    private static final Cleaner CLEANER = Cleaner.create();

    /// What a connection is told beside its context. Immutable.
    ///
    /// @param curves in the JDK's names; BoringSSL's context has its own
    /// @param requiredAlpn a client that offers protocols has to offer one of these; empty: any
    record Options(boolean preferServerCiphers, boolean tickets, List<String> curves, List<String> requiredAlpn) {

        Options {
            curves = List.copyOf(curves);
            requiredAlpn = List.copyOf(requiredAlpn);
        }
    }

    private final @Nullable SslContext context;

    private final Options options;

    private final byte @Nullable [] stapled;

    private final ClientVerification clientVerification;

    private final ChainVerifier verifier;

    private final List<TlsProblem> warnings;

    /// @param context null: handshakes are refused
    /// @param stapled an OCSP answer to staple, or null
    ServerTls(
            @Nullable SslContext context,
            Options options,
            byte @Nullable [] stapled,
            ClientVerification clientVerification,
            ChainVerifier verifier,
            List<TlsProblem> warnings) {
        this.context = context;
        this.options = options;
        this.stapled = stapled;
        this.clientVerification = clientVerification;
        this.verifier = verifier;
        this.warnings = List.copyOf(warnings);
        if (context != null) {
            CLEANER.register(this, () -> ReferenceCountUtil.release(context));
        }
    }

    /// Whether `ssl_reject_handshake` is on.
    public boolean rejectsHandshake() {
        return context == null;
    }

    /// Whether the protocols that a client offers by ALPN have one that is spoken here. Netty's contexts cannot refuse.
    ///
    /// @param offered empty: the client does not negotiate
    boolean admitsProtocols(List<String> offered) {
        return options.requiredAlpn().isEmpty() || offered.isEmpty()
                || offered.stream().anyMatch(options.requiredAlpn()::contains);
    }

    /// What the library in use cannot do of what was configured; for `-t` and the start.
    public List<TlsProblem> warnings() {
        return warnings;
    }

    /// `ssl_verify_client`.
    public ClientVerification clientVerification() {
        return clientVerification;
    }

    /// A handler for one accepted connection. A handshake's costly steps run inline, on the connection's loop.
    SslHandler newHandler(ByteBufAllocator allocator) {
        if (context == null) {
            throw new IllegalStateException("this server refuses handshakes");
        }
        SslHandler handler = context.newHandler(allocator);
        if (handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
            prepare(engine);
        } else {
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setUseCipherSuitesOrder(options.preferServerCiphers);
            if (!options.curves.isEmpty()) {
                parameters.setNamedGroups(options.curves.toArray(String[]::new));
            }
            handler.engine().setSSLParameters(parameters);
        }
        return handler;
    }

    /// Judges what a client showed.
    Verification verify(List<X509Certificate> chain) {
        return verifier.verify(chain);
    }

    // Netty's contexts always prefer the server's order, and its engines always allow tickets with TLS 1.3. The pointer is
    // Netty's only door to BoringSSL's options of one connection.
    @SuppressWarnings("deprecation")
    private void prepare(ReferenceCountedOpenSslEngine engine) {
        if (!options.preferServerCiphers) {
            SSL.clearOptions(engine.sslPointer(), SSL.SSL_OP_CIPHER_SERVER_PREFERENCE);
        }
        if (!options.tickets) {
            SSL.setOptions(engine.sslPointer(), SSL.SSL_OP_NO_TICKET);
        }
        if (stapled != null) {
            engine.setOcspResponse(stapled);
        }
    }
}
