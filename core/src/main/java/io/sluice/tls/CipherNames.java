package io.sluice.tls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.netty.handler.ssl.CipherSuiteConverter;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;

/// What a list of ciphers or curves in OpenSSL's notation stands for in the library in use. Immutable.
final class CipherNames {

    /// The suites of TLS 1.3, which no list of ciphers names.
    static final List<String> TLS_1_3 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    private CipherNames() {}

    /// The suites by their names in the JDK's notation, in order of preference; empty when the library refuses the list.
    static Optional<List<String>> suites(String list, TlsLibrary library) {
        return library.boringSsl() ? boringSsl(list) : OpenSslCipherList.suites(list);
    }

    /// The names in a list that the library does not know and leaves out.
    static List<String> unknown(String list, TlsLibrary library) {
        List<String> unknown = new ArrayList<>();
        for (String item : list.split("[:, ]+")) {
            boolean plain = !item.isEmpty() && "!-+@[".indexOf(item.charAt(0)) < 0;
            if (plain && suites(item, library).isEmpty()) {
                unknown.add(item);
            }
        }
        return unknown;
    }

    /// Whether the library knows these curves.
    static boolean knowsCurves(List<String> curves, TlsLibrary library) {
        if (!library.boringSsl()) {
            return JdkCurves.names(curves).isPresent();
        }
        try (NativeContext context = new NativeContext()) {
            return SSLContext.setCurvesList(context.pointer, curves.toArray(String[]::new));
        } finally {
            SSL.clearError();
        }
    }

    private static Optional<List<String>> boringSsl(String list) {
        try (NativeContext context = new NativeContext()) {
            if (!SSLContext.setCipherSuite(context.pointer, list, false)) {
                return Optional.empty();
            }
            long ssl = SSL.newSSL(context.pointer, true);
            try {
                return Optional.of(Arrays.stream(SSL.getCiphers(ssl))
                        .map(name -> CipherSuiteConverter.toJava(name, "TLS"))
                        .filter(name -> name != null && !TLS_1_3.contains(name))
                        .toList())
                        .filter(names -> !names.isEmpty());
            } finally {
                SSL.freeSSL(ssl);
            }
        } catch (Exception _) {
            // tcnative throws Exception itself: the library does not take the list.
            return Optional.empty();
        } finally {
            SSL.clearError();
        }
    }

    private static final class NativeContext implements AutoCloseable {

        private final long pointer;

        NativeContext() {
            try {
                pointer = SSLContext.make(SSL.SSL_PROTOCOL_TLSV1_2 | SSL.SSL_PROTOCOL_TLSV1_3, SSL.SSL_MODE_SERVER);
            } catch (Exception e) {
                throw new IllegalStateException("BoringSSL makes no context", e);
            }
        }

        @Override
        public void close() {
            SSLContext.free(pointer);
        }
    }
}
