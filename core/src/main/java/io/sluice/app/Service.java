package io.sluice.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.config.model.ProcessConfig;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.syntax.FileFailure;
import io.sluice.server.LoadedConfig;
import io.sluice.server.ProxyServer;
import io.sluice.server.ServerOptions;
import io.sluice.server.StartException;
import io.sluice.session.ErrorSink;
import io.sluice.session.InternalFault;
import io.sluice.transport.linux.Account;
import io.sluice.transport.linux.Signal;

/// A server as a process of its own: pid file and signals, until it ends. Thread-safe.
///
/// The main thread starts the server and waits for its end. The signal thread reacts at once, so that TERM is heard during a
/// reload and during a graceful stop; reloads have a thread of their own.
final class Service {

    /// What `ps` and `pkill` call the process; the kernel keeps 15 characters.
    private static final String PROCESS_NAME = "sluice";

    private final ConfigLoader loader;

    private final ErrorSink startLog;

    private final Announcement announcement;

    private final ExecutorService reloads =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("reload").factory());

    /// A reload is asked for and has not begun; further requests are covered by it.
    private final AtomicBoolean reloadPending = new AtomicBoolean();

    /// Written at start, then by reloads, then at the end, which waits for them.
    private volatile @Nullable PidFile pidFile;

    /// How others find the process. Immutable.
    enum Announcement {
        /// By the pid file that the configuration names.
        PID_FILE,
        /// Not at all.
        NONE
    }

    Service(ConfigLoader loader, ErrorSink startLog, Announcement announcement) {
        this.loader = loader;
        this.startLog = startLog;
        this.announcement = announcement;
    }

    /// Serves until it is told to stop; returns the exit code.
    ///
    /// @param started runs when the server accepts connections
    int run(Runnable started) {
        nameProcess();
        try (ProxyServer server = start()) {
            Set<Signal> signals = ControlSignals.deliverTo((signal, sender) -> onSignal(server, signal, sender));
            if (!signals.equals(EnumSet.allOf(Signal.class))) {
                server.errors()
                        .log(LogLevel.NOTICE, "signals were not blocked when the JVM started: QUIT will not stop gracefully");
            }
            warnOfUnreadableFiles(server);
            started.run();
            server.awaitTermination();
            return 0;
        } catch (StartException e) {
            e.messages().forEach(message -> startLog.log(message.level(), message.line()));
            return 1;
        } catch (IOException e) {
            startLog.log(LogLevel.EMERG, String.valueOf(e.getMessage()));
            return 1;
        } catch (InterruptedException _) {
            return 1; // nobody interrupts the main thread but a program that runs this one inside itself
        } finally {
            reloads.shutdownNow();
            removePidFile();
        }
    }

    private ProxyServer start() throws StartException {
        ServerOptions options = ServerOptions.of(startLog).owningProcess();
        return ProxyServer.start(
                loader, announcement == Announcement.PID_FILE ? options.withListening(this::onListening) : options);
    }

    private void onListening(ProcessConfig process, Optional<Account> account) throws StartException {
        try {
            pidFile = PidFile.write(process.pidFile(), account);
        } catch (IOException e) {
            throw new StartException(List.of(new LoadedConfig.Message(
                    LogLevel.EMERG, FileFailure.message(process.pidFile().toString(), e))));
        }
    }

    /// Who has given root away may have given away the right to reload.
    private void warnOfUnreadableFiles(ProxyServer server) {
        loader.latest().map(CheckedConfig::files).orElse(List.of()).stream()
                .filter(file -> !Files.isReadable(Path.of(file)))
                .forEach(file -> server.errors()
                        .log(LogLevel.WARN, "\"" + file + "\" can no longer be read as this user: a reload will fail"));
    }

    /// The thread that hears TERM must outlive whatever goes wrong.
    private void onSignal(ProxyServer server, Signal signal, int sender) {
        try {
            react(server, signal, sender);
        } catch (RuntimeException | Error thrown) {
            logFault(server, thrown, "reacting to " + signal.label());
        }
    }

    private static void logFault(ProxyServer server, Throwable thrown, String activity) {
        InternalFault fault = new InternalFault(thrown);
        server.errors().log(fault.level(), fault + " while " + activity);
    }

    private void react(ProxyServer server, Signal signal, int sender) {
        switch (signal) {
            case TERM, INT -> {
                logSignal(server, signal, sender, "exiting");
                server.stop();
            }
            case QUIT -> {
                logSignal(server, signal, sender, "shutting down");
                server.quit();
            }
            case HUP -> {
                logSignal(server, signal, sender, "reconfiguring");
                if (reloadPending.compareAndSet(false, true)) {
                    reloads.execute(() -> reload(server));
                }
            }
            case USR1 -> {
                logSignal(server, signal, sender, "reopening logs");
                server.reopenLogs();
            }
            case USR2 -> logSignal(server, signal, sender, "ignored: changing the binary of a running server is not supported");
            case WINCH -> logSignal(server, signal, sender, "ignored: there are no worker processes to shut down");
        }
    }

    private static void logSignal(ProxyServer server, Signal signal, int sender, String reaction) {
        server.errors()
                .log(
                        LogLevel.NOTICE,
                        "signal " + signal.number() + " (" + signal.label() + ") received"
                                + (sender == 0 ? "" : " from " + sender) + ", " + reaction);
    }

    private void reload(ProxyServer server) {
        reloadPending.set(false);
        try {
            if (server.reload().succeeded()) {
                loader.latest().flatMap(CheckedConfig::config).ifPresent(config -> movePidFile(server, config));
            }
        } catch (RuntimeException | Error thrown) {
            logFault(server, thrown, "reconfiguring");
        }
    }

    /// A reload may have given the pid file another name.
    private void movePidFile(ProxyServer server, ProxyConfig config) {
        PidFile old = pidFile;
        Path path = config.process().pidFile();
        if (old == null || old.path().equals(path)) {
            return;
        }
        try {
            pidFile = PidFile.write(path, Optional.empty());
            old.delete();
        } catch (IOException e) {
            server.errors().log(LogLevel.EMERG, FileFailure.message(path.toString(), e));
        }
    }

    private void removePidFile() {
        PidFile file = pidFile;
        if (file == null) {
            return;
        }
        try {
            file.delete();
        } catch (IOException e) {
            startLog.log(LogLevel.ALERT, "unlink() \"" + file.path() + "\" failed (" + e.getMessage() + ")");
        }
    }

    private static void nameProcess() {
        try {
            Files.writeString(Path.of("/proc/self/comm"), PROCESS_NAME);
        } catch (IOException _) {
            // Without /proc, or below a JVM that is not the process's first program: it stays "java".
        }
    }
}
