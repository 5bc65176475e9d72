package io.sluice.server;

import java.util.Optional;
import java.util.OptionalInt;

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
/// @param pipes the most pipes to splice(2) through, each two descriptors; with 0 every byte is copied; empty: as many as
///     the limits of the process and its user suggest
public record ServerOptions(
        String transport, ErrorSink startLog, ListeningHook listening, boolean ownsProcess, OptionalInt pipes) {

    /// The system property that chooses the transport.
    public static final String TRANSPORT_PROPERTY = "sluice.transport";

    /// The system property that limits the pipes.
    public static final String PIPES_PROPERTY = "sluice.pipes";

    /// Options of a program that only wants a server, with what the system properties say.
    public static ServerOptions of(ErrorSink startLog) {
        return new ServerOptions(System.getProperty(TRANSPORT_PROPERTY, "auto"), startLog, (_, _) -> {}, false, pipesProperty());
    }

    private static OptionalInt pipesProperty() {
        Integer pipes = Integer.getInteger(PIPES_PROPERTY);
        return pipes == null ? OptionalInt.empty() : OptionalInt.of(Math.max(pipes, 0));
    }

    /// The same with another hook.
    public ServerOptions withListening(ListeningHook hook) {
        return new ServerOptions(transport, startLog, hook, ownsProcess, pipes);
    }

    /// The same with another transport.
    public ServerOptions withTransport(String label) {
        return new ServerOptions(label, startLog, listening, ownsProcess, pipes);
    }

    /// The same for a process that is there for the server only.
    public ServerOptions owningProcess() {
        return new ServerOptions(transport, startLog, listening, true, pipes);
    }

    /// The same with a limit of pipes.
    public ServerOptions withPipes(int most) {
        return new ServerOptions(transport, startLog, listening, ownsProcess, OptionalInt.of(most));
    }

    /// Called once, when every listener accepts and before the process gives up its privileges: the time to write a pid file.
    @FunctionalInterface
    public interface ListeningHook {

        /// @param account whom the process is about to become; empty: it stays who it is
        /// @throws StartException to give up the start
        void onListening(ProcessConfig process, Optional<Account> account) throws StartException;
    }
}
