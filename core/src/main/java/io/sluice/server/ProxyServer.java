package io.sluice.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.sluice.config.model.Address;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.ProcessConfig;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.model.SocketProtocol;
import io.sluice.log.LogOpenException;
import io.sluice.log.LogSet;
import io.sluice.log.Logs;
import io.sluice.metrics.Metric;
import io.sluice.resolve.ResolverLoop;
import io.sluice.resolve.SystemResolver;
import io.sluice.server.LoadedConfig.Message;
import io.sluice.session.ErrorSink;
import io.sluice.session.Outcome;
import io.sluice.transport.TransportReport;

/// A running proxy. Thread-safe.
///
///     try (ProxyServer server = ProxyServer.start(source, ServerOptions.of(errors))) {
///         server.reload();            // the newest generation, or the old one and a reason
///         server.quit();              // sessions go on, none begins
///         server.awaitTermination();
///     }
///
///     SERVING --- reload ---> SERVING
///        |
///        +-- quit --> DRAINING --- last session, worker_shutdown_timeout, stop ---> ENDED
///        +-- stop -----------------------------------------------------------------> ENDED
///
/// Reloads come one after the other, and read, resolve and open logs without the monitor, so that `stop` need not wait
/// for them; the monitor is held for what changes the server, which takes no longer than the workers' loops take a turn.
/// Workers never want it, so that it may be held while waiting for them.
public final class ProxyServer implements AutoCloseable {

    /// The nginx whose configuration language this server speaks: `$nginx_version`.
    public static final String NGINX_VERSION = "1.31.4";

    /// Sluice's own, as the build has it.
    public static final String VERSION = version();

    private final ConfigSource source;

    private final Logs logs;

    private final CurrentErrors errors;

    private final TransportReport transport;

    private final Retirement retirement = new Retirement(this::onGenerationGone);

    private final GenerationBuilder builder;

    private final ResolverLoop resolver;

    private final SocketOpener opener = new SocketOpener();

    private final WorkerGroup workers;

    /// Logs of generations that are not the newest and still have sessions, by number.
    private final Map<Integer, LogSet> retiring = new ConcurrentHashMap<>();

    /// Held by the one reload that is going on.
    private final ReentrantLock reloading = new ReentrantLock();

    private final CountDownLatch terminated = new CountDownLatch(1);

    // From here on: under the monitor.
    private final BoundAddresses bound = new BoundAddresses(opener);

    private Generation current;

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
        this.errors = new CurrentErrors(options.startLog());
        this.transport = probe(options);
        ProcessConfig process = config.process();
        ProcessRights rights = ProcessRights.of(options, process);
        ProcessMemory memory = new ProcessMemory(hostName());
        this.resolver = memory.resolver();
        this.logs = new Logs(memory.hostName());
        this.builder = new GenerationBuilder(memory, new SystemResolver(), base());
        this.workers = new WorkerGroup(
                transport.transport(), PipeBudgets.of(rights.account(), options.pipes()), memory, errors, retirement);
        boolean started = false;
        try {
            current = build(config, 1);
            logs.start();
            makeEffective(current, rights, () -> {
                options.listening().onListening(process, rights.account());
                rights.drop(opener);
            });
            errors.log(LogLevel.NOTICE, transport.summary());
            errors.log(LogLevel.NOTICE, "start " + process.workers()
                    + (process.workers() == 1 ? " worker" : " workers"));
            started = true;
        } finally {
            if (!started) {
                stopListening();
                workers.closeSessions(Outcome.Plain.DRAINED);
                workers.shutDown();
                resolver.close();
                opener.close();
                logs.close();
            }
        }
    }

    private static String version() {
        try (InputStream in = ProxyServer.class.getResourceAsStream("/io/sluice/app/version.properties")) {
            if (in == null) {
                throw new IllegalStateException("version.properties is missing in this build");
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new IllegalStateException("version.properties cannot be read", e);
        }
    }

    /// Where relative paths of files begin that the configuration leaves relative: those with variables in front.
    private static String base() {
        String directory = Path.of("").toAbsolutePath().toString();
        return directory.endsWith("/") ? directory : directory + "/";
    }

    /// Does what a start does before it changes anything: looks up the user, resolves names, compiles templates and rules.
    /// Returns what stands in the way.
    public static List<Message> check(ProxyConfig config) {
        List<Message> messages = new ArrayList<>();
        ProcessConfig process = config.process();
        ProcessMemory memory = new ProcessMemory(hostName());
        try (Logs unopened = new Logs(memory.hostName())) {
            new GenerationBuilder(memory, new SystemResolver(), base()).build(config, 1, unopened.newSet(process.errorLogs()));
        } catch (StartException e) {
            messages.addAll(e.messages());
        }
        try {
            ProcessRights.check(process);
        } catch (StartException e) {
            messages.addAll(e.messages());
        }
        return messages;
    }

    private static TransportReport probe(ServerOptions options) throws StartException, IOException {
        try {
            return TransportReport.probe(options.transport());
        } catch (IllegalArgumentException e) {
            throw new StartException(List.of(new Message(LogLevel.EMERG, String.valueOf(e.getMessage()))));
        }
    }

    /// Nothing that runs notices.
    private Generation build(ProxyConfig config, int number) throws StartException {
        LogSet set = logs.newSet(config.process().errorLogs());
        boolean built = false;
        try {
            Generation generation = builder.build(config, number, set);
            set.open();
            built = true;
            return generation;
        } catch (LogOpenException e) {
            throw new StartException(List.of(new Message(LogLevel.EMERG, e.getMessage(), e.position())));
        } finally {
            if (!built) {
                set.close();
            }
        }
    }

    /// What a start has to do between listening and serving. Connections wait in the kernel's queues meanwhile, so that
    /// no session is ever served with root's rights.
    @FunctionalInterface
    private interface BeforeServing {

        void run() throws StartException, IOException;
    }

    /// Everything that may fail comes before the first change that anybody sees.
    private void makeEffective(Generation next, ProcessRights rights, BeforeServing before) throws StartException {
        ProcessConfig process = next.config().process();
        int workersBefore = workers.size();
        Opening opening = bound.bind(next.listenPoints(), process.workers());
        boolean effective = false;
        try {
            rights.handOver(next.logs(), opening.descriptors());
            workers.grow(process);
            opening.listen();
            before.run();
            effective = true;
        } catch (IOException e) {
            throw StartException.of(e);
        } finally {
            if (!effective) {
                workers.drainAgain(opening.abandon());
                workers.end(workersBefore);
            }
        }
        next.logs().activate();
        errors.become(next.logs().errors());
        if (NamesInUse.by(next.config())) {
            resolver.start();
        }
        next.startLookups(resolver);
        bound.reconfigure(next.listenPoints(), errors);
        bound.add(opening);
        List<BoundAddress> removed = bound.removeUnless(next.listenPoints());
        removed.forEach(address -> opener.removeFile(address.address()));
        workers.install(next, bound.all(), removed);
        close(removed);
        bound.reportFewSockets(process.workers(), errors);
    }

    /// Those for datagrams close themselves with their last flow.
    private void close(List<BoundAddress> addresses) {
        for (BoundAddress address : addresses) {
            if (address.key().protocol() == SocketProtocol.TCP) {
                address.descriptors().forEach(opener::close);
            }
        }
    }

    private void stopListening() {
        List<BoundAddress> all = bound.removeUnless(List.of());
        all.forEach(address -> opener.removeFile(address.address()));
        workers.drain();
        close(all);
    }

    /// Reads the configuration again and makes it effective. Sessions go on with the generation they began with.
    public ReloadResult reload() {
        reloading.lock();
        try {
            LoadedConfig loaded = source.load();
            List<Message> messages = new ArrayList<>(loaded.messages());
            loaded.messages().forEach(message -> errors.log(message.level(), message.line()));
            if (loaded.config().isEmpty()) {
                return new ReloadResult(false, messages);
            }
            try {
                replace(loaded.config().get());
                return new ReloadResult(true, messages);
            } catch (StartException e) {
                e.messages().forEach(message -> errors.log(message.level(), message.line()));
                messages.addAll(e.messages());
                return new ReloadResult(false, messages);
            }
        } finally {
            reloading.unlock();
        }
    }

    private void replace(ProxyConfig config) throws StartException {
        Generation before = newest();
        Generation next = build(config, before.number() + 1);
        boolean replaced = false;
        try {
            synchronized (this) {
                if (ending) {
                    throw new StartException(List.of(
                            new Message(LogLevel.NOTICE, "not reconfiguring: the server is shutting down")));
                }
                retiring.put(before.number(), before.logs());
                makeEffective(next, ProcessRights.UNCHANGED, () -> {});
                before.stopLookups();
                current = next;
                replaced = true;
            }
        } finally {
            if (!replaced) {
                retiring.remove(before.number());
                next.logs().close();
            }
        }
    }

    private synchronized Generation newest() {
        return current;
    }

    /// On the worker's thread that had the last session.
    private void onGenerationGone(int number) {
        errors.log(LogLevel.NOTICE, "worker process " + ProcessHandle.current().pid()
                + " exited with code 0: the last session of generation " + number + " has ended");
        LogSet its = retiring.remove(number);
        if (its != null) {
            its.retire();
        }
    }

    /// Ends gracefully: accepts nothing more and lets sessions end, until `worker_shutdown_timeout`. Returns at once.
    public void quit() {
        Duration limit;
        synchronized (this) {
            if (ending) {
                return;
            }
            ending = true;
            limit = current.config().process().shutdownTimeout();
            errors.log(LogLevel.NOTICE, "gracefully shutting down");
            stopListening();
            current.stopLookups();
        }
        Thread.ofPlatform().name("sluice-drain").start(() -> drain(limit));
    }

    private void drain(Duration limit) {
        try {
            if (!retirement.awaitAll(limit.isZero() ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.convert(limit))) {
                errors.log(LogLevel.NOTICE, sessions() + " sessions are closed: worker_shutdown_timeout has passed");
            }
        } catch (InterruptedException _) {
            // Nobody else knows this thread; whoever interrupts it wants an end.
        }
        terminate();
    }

    /// Ends at once: sessions are closed. Returns when all is over.
    public void stop() {
        try {
            synchronized (this) {
                if (!ending) {
                    ending = true;
                    stopListening();
                }
            }
        } finally {
            terminate();
        }
    }

    private synchronized void terminate() {
        if (terminated.getCount() == 0) {
            return;
        }
        try {
            workers.closeSessions(Outcome.Plain.DRAINED);
            retirement.abandon();
            workers.shutDown();
            resolver.close();
            opener.close();
            errors.log(LogLevel.NOTICE, "exit");
            logs.close();
        } finally {
            terminated.countDown();
        }
    }

    /// Opens all log files anew, after they were moved away.
    public void reopenLogs() {
        logs.reopen();
    }

    /// Waits until the server has ended.
    public void awaitTermination() throws InterruptedException {
        terminated.await();
    }

    /// The newest generation's error log, whichever that is when something is logged.
    public ErrorSink errors() {
        return errors;
    }

    /// What it is doing now.
    public synchronized Status status() {
        List<Address> listening = ending
                ? List.of()
                : current.listenPoints().stream().map(ListenPoint::address).toList();
        return new Status(
                current.number(), transport.summary(), workers.size(), listening, sessions(), workers.metrics());
    }

    private int sessions() {
        return Math.toIntExact(workers.metrics().value(Metric.SESSIONS_ACTIVE));
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
