package io.sluice.tls;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Properties;

import io.netty.handler.ssl.OpenSsl;
import io.netty.internal.tcnative.SSL;

/// Which library speaks TLS in this process, found out once. Immutable.
///
/// @param name `BoringSSL` or `JDK`
/// @param version of netty-tcnative, or of the JDK
/// @param boringSsl whether it is BoringSSL by netty-tcnative
/// @param missing why BoringSSL is not used; empty when it is
public record TlsLibrary(String name, String version, boolean boringSsl, Optional<String> missing) {

    private static final String PROPERTIES = "META-INF/maven/io.netty/netty-tcnative-classes/pom.properties";

    /// The library in use; the first call loads it.
    public static TlsLibrary current() {
        return Probe.LIBRARY;
    }

    @Override
    public String toString() {
        return name + " " + version + missing.map(reason -> " (" + reason + ")").orElse("");
    }

    private static TlsLibrary probe() {
        if (OpenSsl.isAvailable() && OpenSsl.versionString().startsWith("BoringSSL")) {
            return new TlsLibrary("BoringSSL", "netty-tcnative " + tcnativeVersion(), true, Optional.empty());
        }
        Throwable cause = OpenSsl.unavailabilityCause();
        String reason = cause == null
                ? "netty-tcnative found " + OpenSsl.versionString() + " instead of BoringSSL"
                : "BoringSSL cannot be loaded: " + cause.getMessage();
        return new TlsLibrary("JDK", Runtime.version().toString(), false, Optional.of(reason));
    }

    private static String tcnativeVersion() {
        try (InputStream in = SSL.class.getClassLoader().getResourceAsStream(PROPERTIES)) {
            if (in == null) {
                return "of unknown version";
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "of unknown version");
        } catch (IOException _) {
            return "of unknown version";
        }
    }

    private static final class Probe {
        static final TlsLibrary LIBRARY = probe();
    }
}
