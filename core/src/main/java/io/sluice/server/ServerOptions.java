package io.sluice.server;

import java.util.Optional;

import io.sluice.config.model.ProcessConfig;
import io.sluice.session.ErrorSink;
import io.sluice.transport.linux.Account;

/// What a server is told by the program that starts it, rather than by the configuration. Immutable.
///
/// @param transport what `-Dsluice.transport` says: `auto`, `epoll` or `io_uring`
/// @param startLog takes messages until the configuration's error logs are open
/// @param listening called at start, see [ListeningHook]
/// @param ownsProcess the process is there for this server only, which may change its user and its limits; false in a
///     program that embeds one
public record ServerOptions(String transport, ErrorSink startLog, ListeningHook listening, boolean ownsProcess) {

    /// The system property that chooses the transport.
    public static final String TRANSPORT_PROPERTY = "sluice.transport";

    /// Options of a program that only wants a server, with the transport that the system property names.
    public static ServerOptions of(ErrorSink startLog) {
        return new ServerOptions(System.getProperty(TRANSPORT_PROPERTY, "auto"), startLog, (_, _) -> {}, false);
    }

    /// The same with another hook.
    public ServerOptions withListening(ListeningHook hook) {
        return new ServerOptions(transport, startLog, hook, ownsProcess);
    }

    /// The same with another transport.
    public ServerOptions withTransport(String label) {
        return new ServerOptions(label, startLog, listening, ownsProcess);
    }

    /// The same for a process that is there for the server only.
    public ServerOptions owningProcess() {
        return new ServerOptions(transport, startLog, listening, true);
    }

    /// Called once, when every listener accepts and before the process gives up its privileges: the time to write a pid file.
    @FunctionalInterface
    public interface ListeningHook {

        /// @param account whom the process is about to become; empty: it stays who it is
        /// @throws StartException to give up the start
        void onListening(ProcessConfig process, Optional<Account> account) throws StartException;
    }
}
