package io.sluice.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.Position;
import io.sluice.config.model.ProcessConfig;
import io.sluice.config.model.ProcessConfig.UserConfig;
import io.sluice.config.model.ProxyConfig;
import io.sluice.log.LogOpenException;
import io.sluice.log.LogSet;
import io.sluice.log.Logs;
import io.sluice.metrics.MetricsReader;
import io.sluice.resolve.SystemResolver;
import io.sluice.server.LoadedConfig.Message;
import io.sluice.session.ErrorSink;
import io.sluice.session.Outcome;
import io.sluice.transport.TransportReport;
import io.sluice.transport.linux.Account;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.OpenFilesLimit;
import io.sluice.transport.linux.Privileges;

/// A running proxy. Thread-safe.
///
///     try (ProxyServer server = ProxyServer.start(source, ServerOptions.of(errors))) {
///         server.reload();            // the newest generation, or the old one and a reason
///         server.quit();              // sessions go on, none begins
///         server.awaitTermination();
///     }
public final class ProxyServer implements AutoCloseable {

    /// The nginx whose configuration language this server speaks: `$nginx_version`.
    public static final String NGINX_VERSION = "1.31.4";

    private final ConfigSource source;

    private final Logs logs;

    private final TransportReport transport;

    private final Retirement retirement = new Retirement(this::onGenerationGone);

    private final GenerationBuilder builder;

    private final SocketOpener opener = new SocketOpener();

    private final BoundAddresses bound = new BoundAddresses(opener);

    private final CountDownLatch terminated = new CountDownLatch(1);

    private final WorkerGroup workers;

    /// Whom the process has become; null: it stays who it was.
    private final @Nullable Account account;

    /// Under the monitor, as every change of what runs.
    private Generation current;

    /// Logs of generations that still have sessions, by number.
    private final Map<Integer, LogSet> retiring = new ConcurrentHashMap<>();

    private boolean ending;

    /// Starts: reads the configuration, binds, serves.
    ///
    /// @throws StartException with everything that stands in the way; nothing is left running then
    public static ProxyServer start(ConfigSource source, ServerOptions options) throws StartException {
        LoadedConfig loaded = source.load();
        ProxyConfig config = loaded.config().orElseThrow(() -> new StartException(loaded.messages()));
        loaded.messages().forEach(message -> options.startLog().log(message.level(), message.line()));
        try {
            return new ProxyServer(source, options, config);
        } catch (IOException e) {
            throw StartException.of(e);
        }
    }

    private ProxyServer(ConfigSource source, ServerOptions options, ProxyConfig config)
            throws StartException, IOException {
        this.source = source;
        this.transport = probe(options);
        this.logs = new Logs(hostName());
        ProcessConfig process = config.process();
        if (options.ownsProcess() && process.openFiles().isPresent()) {
            OpenFilesLimit.set(process.openFiles().getAsInt());
        }
        ProcessMemory memory = new ProcessMemory();
        this.builder = new GenerationBuilder(memory, new SystemResolver());
        this.account = options.ownsProcess() ? account(process) : null;
        boolean started = false;
        WorkerGroup group = null;
        try {
            LogSet set = logs.newSet(process.errorLogs());
            current = builder.build(config, 1, set);
            set.open();
            group = new WorkerGroup(
                    transport.transport(), PipeBudgets.of(account), memory, set.errors(), retirement);
            workers = group;
            bound.open(current.listenPoints(), process.workers());
            handOver(set);
            logs.start();
            workers.grow(process);
            workers.install(current, bound.all(), List.of());
            options.listening().onListening(process, Optional.ofNullable(account));
            if (account != null) {
                opener.dropPrivileges(account);
            }
            set.errors().log(LogLevel.NOTICE, transport.summary());
            set.errors().log(LogLevel.NOTICE, "start " + process.workers()
                    + (process.workers() == 1 ? " worker" : " workers"));
            started = true;
        } catch (LogOpenException e) {
            throw StartException.of(e);
        } finally {
            if (!started) {
                if (group != null) {
                    group.shutDown();
                }
                bound.closeAll();
                opener.close();
                logs.close();
            }
        }
    }

    private static TransportReport probe(ServerOptions options) throws StartException, IOException {
        try {
            return TransportReport.probe(options.transport());
        } catch (IllegalArgumentException e) {
            throw new StartException(List.of(new Message(LogLevel.EMERG, String.valueOf(e.getMessage()))));
        }
    }

    /// Does what a start does before it changes anything: looks up the user, resolves names, compiles templates and rules.
    /// Returns what stands in the way.
    public static List<Message> check(ProxyConfig config) {
        List<Message> messages = new ArrayList<>();
        ProcessConfig process = config.process();
        try (Logs unopened = new Logs(hostName())) {
            new GenerationBuilder(new ProcessMemory(), new SystemResolver())
                    .build(config, 1, unopened.newSet(process.errorLogs()));
        } catch (StartException e) {
            messages.addAll(e.messages());
        }
        if (process.user().isPresent()) {
            try {
                find(process.user().get());
            } catch (StartException e) {
                messages.addAll(e.messages());
            }
        }
        return messages;
    }

    /// Started as root without `user`, nginx becomes nobody; so do we.
    private static @Nullable Account account(ProcessConfig process) throws StartException {
        if (!Privileges.root()) {
            return null;
        }
        Account found = find(process.user()
                .orElseGet(() -> new UserConfig(Position.NONE, "nobody", Optional.empty())));
        return found.uid() == 0 ? null : found;
    }

    private static Account find(UserConfig user) throws StartException {
        try {
            return Account.find(user.user(), user.group());
        } catch (NoSuchElementException e) {
            throw new StartException(
                    List.of(new Message(LogLevel.EMERG, String.valueOf(e.getMessage()), user.position())));
        }
    }

    /// What the process could not open or join again as somebody else is made that user's.
    private void handOver(LogSet set) throws IOException {
        Account user = account;
        if (user != null) {
            for (var file : set.files()) {
                if (Files.isRegularFile(file)) { // not /dev/stderr: that is somebody's terminal
                    Privileges.giveFile(file.toString(), user);
                }
            }
            for (var socket : bound.sockets()) {
                Privileges.giveDescriptor(socket.fd(), user);
            }
        }
    }

    /// Reads the configuration again and makes it effective. Sessions go on with the generation they began with.
    public ReloadResult reload() {
        LoadedConfig loaded = source.load();
        List<Message> messages = new ArrayList<>(loaded.messages());
        synchronized (this) {
            ErrorSink errors = current.logs().errors();
            loaded.messages().forEach(message -> errors.log(message.level(), message.line()));
            if (loaded.config().isEmpty()) {
                return new ReloadResult(false, messages);
            }
            if (ending) {
                Message refusal = new Message(LogLevel.NOTICE, "not reconfiguring: the server is shutting down");
                errors.log(refusal.level(), refusal.line());
                messages.add(refusal);
                return new ReloadResult(false, messages);
            }
            try {
                install(loaded.config().get());
                return new ReloadResult(true, messages);
            } catch (StartException e) {
                e.messages().forEach(message -> errors.log(message.level(), message.line()));
                messages.addAll(e.messages());
                return new ReloadResult(false, messages);
            }
        }
    }

    /// The order keeps what runs: everything that may fail comes before the first change that is seen.
    private void install(ProxyConfig config) throws StartException {
        LogSet set = logs.newSet(config.process().errorLogs());
        int count = config.process().workers();
        List<BoundAddresses.Opened> opened = List.of();
        boolean installed = false;
        try {
            Generation next = builder.build(config, current.number() + 1, set);
            set.open();
            opened = bound.open(next.listenPoints(), count);
            workers.grow(config.process());
            installed = true;
            Generation before = current;
            retiring.put(before.number(), before.logs());
            current = next;
            List<BoundAddress> removed = bound.removeUnless(next.listenPoints());
            workers.shrink(count);
            workers.install(next, bound.all(), removed);
            removed.forEach(BoundAddress::close);
        } catch (IOException | LogOpenException e) {
            throw StartException.of(e);
        } finally {
            if (!installed) {
                bound.forget(opened);
                set.close();
            }
        }
    }

    private void onGenerationGone(int number) {
        LogSet its = retiring.remove(number);
        ErrorSink errors = its == null ? null : its.errors();
        if (errors != null) {
            errors.log(LogLevel.NOTICE, "worker process " + ProcessHandle.current().pid()
                    + " exited with code 0: the last session of generation " + number + " has ended");
        }
        if (its != null) {
            its.close();
        }
    }

    /// Ends gracefully: accepts nothing more and lets sessions end, until `worker_shutdown_timeout`. Returns at once.
    public void quit() {
        synchronized (this) {
            if (ending) {
                return;
            }
            ending = true;
            retiring.put(current.number(), current.logs());
            errors().log(LogLevel.NOTICE, "gracefully shutting down");
            workers.drain();
            bound.closeAll();
        }
        Thread.ofPlatform().name("sluice-drain").start(this::drain);
    }

    private void drain() {
        Duration limit = current.config().process().shutdownTimeout();
        try {
            if (!retirement.awaitAll(limit.isZero() ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.convert(limit))) {
                errors().log(LogLevel.NOTICE, workers.sessions() + " sessions are closed: worker_shutdown_timeout has passed");
            }
        } catch (InterruptedException _) {
            // The program that embeds the server wants an end: whatever is open is closed.
        }
        terminate();
    }

    /// Ends at once: sessions are closed.
    public void stop() {
        synchronized (this) {
            if (!ending) {
                ending = true;
                workers.drain();
                bound.closeAll();
            }
        }
        terminate();
    }

    private synchronized void terminate() {
        if (terminated.getCount() == 0) {
            return;
        }
        workers.closeSessions(Outcome.Plain.DRAINED);
        workers.shutDown();
        opener.close();
        errors().log(LogLevel.NOTICE, "exit");
        logs.close();
        terminated.countDown();
    }

    /// Opens all log files anew, after they were moved away.
    public void reopenLogs() {
        logs.reopen();
    }

    /// Waits until the server has ended.
    public void awaitTermination() throws InterruptedException {
        terminated.await();
    }

    /// The newest generation's error log.
    public synchronized ErrorSink errors() {
        return current.logs().errors();
    }

    /// What it is doing now.
    public synchronized Status status() {
        LinuxCalls linux = new LinuxCalls();
        List<Address> listening = bound.all().stream()
                .map(address -> localAddress(address.sockets().getFirst().localAddress(linux)))
                .toList();
        return new Status(
                current.number(), transport.summary(), workers.size(), listening, workers.sessions(), metrics());
    }

    private MetricsReader metrics() {
        MetricsReader reader = new MetricsReader();
        workers.metrics().forEach(reader::add);
        return reader;
    }

    private static Address localAddress(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress ip -> new Address.Ip(ip.getAddress(), ip.getPort());
            case UnixDomainSocketAddress unix -> new Address.Unix(unix.getPath().toString());
            default -> throw new IllegalStateException("neither an IP nor a unix address: " + address);
        };
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }

    /// Stops at once and waits for the end.
    @Override
    public void close() {
        stop();
    }
}
