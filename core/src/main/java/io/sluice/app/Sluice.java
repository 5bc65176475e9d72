package io.sluice.app;

import java.nio.file.Path;

import io.sluice.config.model.LogLevel;
import io.sluice.server.ProxyServer;
import io.sluice.server.ServerOptions;
import io.sluice.server.StartException;

/// The entry for Java programs that run the proxy inside themselves. Thread-safe: no state.
///
/// The program keeps its signals, its working directory and its standard streams; there is no pid file. It needs
/// `--enable-native-access=ALL-UNNAMED`. Several servers may run in one program, on different addresses.
///
///     try (ProxyServer server = Sluice.start("""
///             events {}
///             stream {
///                 server {
///                     listen 127.0.0.1:8080;
///                     proxy_pass 127.0.0.1:9000;
///                 }
///             }
///             """)) {
///         server.awaitTermination();
///     }
public final class Sluice {

    private Sluice() {}

    /// Starts a server on a configuration file; [ProxyServer#reload] reads it again.
    ///
    /// @throws StartException when the configuration is wrong or an address is taken; it says why, and nothing keeps running
    public static ProxyServer start(Path configuration) throws StartException {
        return start(ConfigLoader.ofFile(ConfigLocation.of(configuration)));
    }

    /// Starts a server on a configuration given as text.
    ///
    /// @throws StartException when the configuration is wrong or an address is taken; it says why, and nothing keeps running
    public static ProxyServer start(String configuration) throws StartException {
        return start(ConfigLoader.ofText("configuration", configuration));
    }

    /// As [#start(Path)], with options of the program's.
    public static ProxyServer start(Path configuration, ServerOptions options) throws StartException {
        return ProxyServer.start(ConfigLoader.ofFile(ConfigLocation.of(configuration)), options);
    }

    private static ProxyServer start(ConfigLoader loader) throws StartException {
        return ProxyServer.start(loader, ServerOptions.of(new StandardErrorLog(LogLevel.WARN)));
    }
}
