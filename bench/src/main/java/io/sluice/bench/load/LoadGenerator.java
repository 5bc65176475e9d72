package io.sluice.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.Transport;

/// Clients, and upstreams for a proxy to stand between, on one event loop. Thread-safe: for the one who measures.
///
///     try (LoadGenerator load = LoadGenerator.start(Transport.EPOLL)) {
///         startProxy(load.upstreams());
///         load.begin(new Load.Echo(64, 100), proxyPorts);
///         load.openWindow();
///         sleep();
///         LoadWindow window = load.closeWindow();
///         load.end();
///     }
public final class LoadGenerator implements AutoCloseable {

    private static final long END_SECONDS = 30;

    private static final long POLL_MILLIS = 20;

    /// How long the source must have been blocked for stalled readers to count as such.
    private static final long STALLED_MILLIS = 300;

    private final LoadLoop loop;

    private final LoadCounters counters = new LoadCounters();

    private final Clients clients;

    /// Null: they are elsewhere.
    private final @Nullable Upstreams upstreams;

    private LoadGenerator(LoadLoop loop, Sources sources, int firstClient, boolean withUpstreams) throws IOException {
        this.loop = loop;
        this.clients = new Clients(loop.thread(), counters, sources, firstClient);
        this.upstreams = withUpstreams ? new Upstreams(loop.thread().sockets(), counters) : null;
    }

    /// Starts a loop with its upstreams.
    ///
    /// @param transport what they run on, whatever the proxy runs on
    /// @throws IOException when the kernel refuses
    public static LoadGenerator start(Transport transport) throws IOException {
        LoadLoop loop = LoadLoop.start(transport, "load");
        return loop.callChecked(() -> new LoadGenerator(loop, Sources.MANY, 0, true));
    }

    /// Starts a loop of clients alone, one of several maybe.
    ///
    /// @param firstClient the number of its first client, so that no two are the same
    /// @throws IOException when the kernel refuses
    public static LoadGenerator startClients(Transport transport, Sources sources, int firstClient) throws IOException {
        LoadLoop loop = LoadLoop.start(transport, "load from " + firstClient);
        return loop.callChecked(() -> new LoadGenerator(loop, sources, firstClient, false));
    }

    /// Where the upstreams listen.
    public ServicePorts upstreams() {
        return loop.call(() -> own().ports());
    }

    /// How many connections the upstream of HTTP has accepted so far, which tells whether a proxy keeps them.
    public long webConnections() {
        return loop.call(() -> own().webConnections());
    }

    private Upstreams own() {
        Upstreams present = upstreams;
        if (present == null) {
            throw new IllegalStateException("started without upstreams");
        }
        return present;
    }

    /// Begins a load, beside whatever is under way.
    public void begin(Load load, ServicePorts target) {
        InetAddress local = InetAddress.ofLiteral("127.0.0.1");
        begin(load, new InetSocketAddress(local, target.of(load)), 0);
    }

    /// Begins a load.
    ///
    /// @param target where the proxy listens, resolved
    /// @param perSecond exchanges that begin in a second, whatever becomes of them (open loop); 0: each when the one before
    ///     has ended (closed loop). Bulk, and what is held idle, has none.
    public void begin(Load load, InetSocketAddress target, double perSecond) {
        loop.run(() -> clients.begin(load, Target.of(target), perSecond));
    }

    /// Has a [Load.Paced] pause, so that what is under way comes back, or go on.
    public void pace(boolean on) {
        loop.run(() -> clients.sendPaced(on));
    }

    /// Counts from now on.
    public void openWindow() {
        loop.run(clients::openWindow);
    }

    /// What was counted since [#openWindow]; counting goes on.
    public LoadWindow closeWindow() {
        return loop.call(clients::closeWindow);
    }

    /// What was counted since [#openWindow] or the last call; counting begins anew.
    public LoadWindow nextWindow() {
        Histogram latencies = LoadCounters.newHistogram();
        Histogram raw = LoadCounters.newHistogram();
        return loop.call(() -> clients.nextWindow(latencies, raw));
    }

    /// How far the load is.
    public LoadState state() {
        return loop.call(clients::state);
    }

    /// Has the clients begin nothing more: what is outstanding comes to its end, and connections that were held idle are asked
    /// for a sign of life.
    public void finish() {
        loop.run(clients::finish);
    }

    /// Waits until so many units were completed in the window, or something failed.
    ///
    /// @throws TimeoutException when they were not
    public void awaitUnits(long units, long seconds) throws TimeoutException, InterruptedException {
        await(() -> loop.call(() -> counters.units() >= units || counters.anyFailed()), seconds);
    }

    /// Waits until anything was completed or downloaded in the window, or something failed.
    ///
    /// @throws TimeoutException when nothing came
    public void awaitProgress(long seconds) throws TimeoutException, InterruptedException {
        await(() -> loop.call(() -> counters.units() + counters.bytes() > 0 || counters.anyFailed()), seconds);
    }

    /// Waits until so many bytes were downloaded in the window, or something failed.
    ///
    /// @throws TimeoutException when they were not
    public void awaitBytes(long bytes, long seconds) throws TimeoutException, InterruptedException {
        await(() -> loop.call(() -> counters.bytes() >= bytes || counters.anyFailed()), seconds);
    }

    /// Waits until the sources of stalled readers can send no more.
    ///
    /// @throws TimeoutException when they go on sending
    public void awaitStalled(long seconds) throws TimeoutException, InterruptedException {
        long[] last = {-1, 0};
        await(() -> {
            long sent = loop.call(() -> own().sentBytes());
            long now = System.nanoTime();
            if (sent != last[0]) {
                last[0] = sent;
                last[1] = now;
            }
            return now - last[1] > TimeUnit.MILLISECONDS.toNanos(STALLED_MILLIS);
        }, seconds);
    }

    /// Closes all clients and waits until the upstreams have no connection left, so that the next load starts from nothing.
    ///
    /// @throws TimeoutException when the proxy keeps connections whose client is gone
    public void end() throws TimeoutException, InterruptedException {
        loop.run(clients::end);
        try {
            await(() -> loop.call(() -> upstreams == null || upstreams.open() == 0), END_SECONDS);
        } finally {
            loop.run(counters::forget);
        }
    }

    @Override
    public void close() {
        loop.run(() -> {
            clients.close();
            if (upstreams != null) {
                upstreams.close();
            }
        });
        loop.close();
    }

    private static void await(BooleanSupplier condition, long seconds) throws TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("not reached within " + seconds + " s");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}
