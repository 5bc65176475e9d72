package io.sluice.bench.load;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.ListenException;
import io.sluice.transport.LoopThread;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.Transport;

/// Clients and upstreams for a proxy to stand between, on one event loop. Thread-safe: for the one who measures.
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

    private static final long CALL_SECONDS = 30;

    private static final long POLL_MILLIS = 20;

    /// How long the source must have been blocked for stalled readers to count as such.
    private static final long STALLED_MILLIS = 300;

    /// Connections of [Load.Held] that are being made at a time.
    private static final int HELD_AT_A_TIME = 32;

    /// How often it is looked for datagrams that did not come back.
    private static final long TICK_MILLIS = 10;

    /// What separates the beginnings of two clients' streams; prime.
    private static final long STREAM_DISTANCE = 7919;

    private final LoopThread thread;

    private final SocketLoop loop;

    private final LoadCounters counters = new LoadCounters();

    private final Connections connections;

    private final EchoUpstream echo;

    private final SourceUpstream source;

    private final OnceUpstream once;

    private final DatagramUpstream datagrams;

    private final WebUpstream web;

    private final DatagramClients datagramClients;

    /// From the first load of TLS on, which loads a library.
    private @Nullable SecureClients secure;

    /// While a load of datagrams is under way.
    private @Nullable ScheduledFuture<?> ticks;

    /// Clients of [Load.HeldFlows] so far.
    private int heldFlows;

    private long clientsBegun;

    private LoadGenerator(LoopThread thread) throws ListenException {
        this.thread = thread;
        this.loop = thread.sockets();
        this.connections = new Connections(loop, counters);
        this.echo = new EchoUpstream(loop);
        this.source = new SourceUpstream(loop);
        this.once = new OnceUpstream(loop);
        this.datagrams = new DatagramUpstream(loop, counters);
        this.web = new WebUpstream(loop);
        this.datagramClients = new DatagramClients(loop, counters);
    }

    /// Starts the loop and its upstreams.
    ///
    /// @param transport what they run on, whatever the proxy runs on
    /// @throws IOException when the kernel refuses
    public static LoadGenerator start(Transport transport) throws IOException {
        LoopThread thread = LoopThread.create(
                transport, Thread.ofPlatform().daemon().name("load").factory());
        return await(thread, () -> new LoadGenerator(thread));
    }

    /// Where the upstreams listen.
    public ServicePorts upstreams() {
        return call(() -> new ServicePorts(
                echo.port(), source.port(), once.port(), datagrams.port(), web.port(), 0));
    }

    /// How many connections the upstream of HTTP has accepted so far, which tells whether a proxy keeps them.
    public long webConnections() {
        return call(web::accepted);
    }

    /// Begins a load, beside whatever is under way.
    public void begin(Load load, ServicePorts target) {
        call(() -> {
            beginOnLoop(load, target);
            return true;
        });
    }

    private void beginOnLoop(Load load, ServicePorts target) {
        switch (load) {
            case Load.Held held -> new HeldConnections(load.connections(), idle -> new MessageClient.Held(
                    connections, target.echo(), held.messageBytes(), nextStream(), idle)).begin();
            case Load.HeldWebSockets held -> new HeldConnections(load.connections(), idle -> new WebSocketClient(
                    connections, target.web(), held.messageBytes(), nextStream(), idle)).begin();
            case Load.Churn churn -> {
                once.messageBytes(churn.messageBytes());
                beginClients(load, target);
            }
            case Load.Requests requests -> {
                web.smallBytes(requests.bodyBytes());
                beginClients(load, target);
            }
            case Load.Handshakes _ -> beginSecure(load, shared -> new SecureClient.Handshake(shared, target.secure()));
            case Load.SecureBulk _ -> beginSecure(load, shared -> new SecureClient.Download(shared, target.secure()));
            case Load.Bulk _, Load.Echo _, Load.Stalled _, Load.WebSocketEcho _ -> beginClients(load, target);
            case Load.OfDatagrams ofDatagrams -> {
                datagramClients.begin(exchange(ofDatagrams), target.datagrams());
                if (ticks == null) {
                    ticks = thread.scheduleAtFixedRate(
                            this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
        }
    }

    private DatagramExchange exchange(Load.OfDatagrams load) {
        return switch (load) {
            case Load.Datagrams trips -> new RoundTrips(datagramClients, new RoundTrips.Shape(
                    0, trips.connections(), trips.outstanding(), trips.train(), trips.messageBytes()));
            case Load.Paced paced -> new PacedDatagrams(
                    datagramClients, paced.connections(), paced.messageBytes(), paced.perSecond());
            case Load.HeldFlows held -> {
                int first = heldFlows;
                heldFlows += held.connections();
                yield new HeldFlows(datagramClients, first, held.connections(), held.messageBytes());
            }
        };
    }

    private void tick() {
        DatagramExchange exchange = datagramClients.exchange();
        if (exchange != null) {
            exchange.onTick(System.nanoTime());
        }
    }

    /// Has a [Load.Paced] pause, so that what is under way comes back, or go on.
    public void pace(boolean on) {
        call(() -> {
            if (datagramClients.exchange() instanceof PacedDatagrams paced) {
                paced.sending(on);
            }
            return true;
        });
    }

    private void beginClients(Load load, ServicePorts target) {
        for (int i = 0; i < load.connections(); i++) {
            long first = nextStream();
            connections.begin(
                    switch (load) {
                        case Load.Bulk bulk when bulk.verified() ->
                                new DownloadClient.Verified(connections, target.source(), first);
                        case Load.Bulk _ -> new DownloadClient.Counted(connections, target.source(), first);
                        case Load.Stalled _ -> new DownloadClient.Stalled(connections, target.source(), first);
                        case Load.Echo messages ->
                                new MessageClient.Echo(connections, target.echo(), messages.messageBytes(), first);
                        case Load.Churn messages ->
                                new MessageClient.Churn(connections, target.once(), messages.messageBytes(), first);
                        case Load.Requests requests -> new RequestClient(connections, target.web(), requests.bodyBytes());
                        case Load.WebSocketEcho messages -> new WebSocketClient(
                                connections, target.web(), messages.messageBytes(), first, null);
                        case Load.Held _, Load.HeldWebSockets _, Load.Handshakes _, Load.SecureBulk _, Load.OfDatagrams _ ->
                                throw new IllegalArgumentException("begun in another way: " + load);
                    });
        }
    }

    private void beginSecure(Load load, Function<SecureClients, SecureClient> maker) {
        SecureClients shared = secure;
        if (shared == null) {
            shared = new SecureClients(connections, thread);
            secure = shared;
        }
        for (int i = 0; i < load.connections(); i++) {
            connections.begin(maker.apply(shared));
        }
    }

    private long nextStream() {
        return ++clientsBegun * STREAM_DISTANCE;
    }

    /// Counts from now on.
    public void openWindow() {
        call(() -> {
            counters.open(System.nanoTime());
            return true;
        });
    }

    /// What was counted since [#openWindow]; counting goes on.
    public LoadWindow closeWindow() {
        return call(() -> counters.close(System.nanoTime()));
    }

    /// Waits until so many units were completed in the window, or something failed.
    ///
    /// @throws TimeoutException when they were not
    public void awaitUnits(long units, long seconds) throws TimeoutException, InterruptedException {
        await(() -> call(() -> counters.units() >= units || counters.anyFailed()), seconds);
    }

    /// Waits until anything was completed or downloaded in the window, or something failed.
    ///
    /// @throws TimeoutException when nothing came
    public void awaitProgress(long seconds) throws TimeoutException, InterruptedException {
        await(() -> call(() -> counters.units() + counters.bytes() > 0 || counters.anyFailed()), seconds);
    }

    /// Waits until so many bytes were downloaded in the window, or something failed.
    ///
    /// @throws TimeoutException when they were not
    public void awaitBytes(long bytes, long seconds) throws TimeoutException, InterruptedException {
        await(() -> call(() -> counters.bytes() >= bytes || counters.anyFailed()), seconds);
    }

    /// Waits until the sources of stalled readers can send no more.
    ///
    /// @throws TimeoutException when they go on sending
    public void awaitStalled(long seconds) throws TimeoutException, InterruptedException {
        long[] last = {-1, 0};
        await(() -> {
            long sent = call(source::sentBytes);
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
        call(() -> {
            endOnLoop();
            return true;
        });
        try {
            await(() -> call(() -> echo.open() + source.open() + once.open() == 0), CALL_SECONDS);
        } finally {
            call(() -> {
                counters.forgetFailures();
                return true;
            });
        }
    }

    private void endOnLoop() {
        connections.end();
        if (datagramClients.exchange() instanceof PacedDatagrams paced) {
            paced.sending(false);
        }
        datagramClients.end();
        heldFlows = 0;
        if (ticks != null) {
            ticks.cancel(false);
            ticks = null;
        }
    }

    @Override
    public void close() {
        call(() -> {
            endOnLoop();
            datagrams.close();
            datagramClients.close();
            echo.close();
            source.close();
            once.close();
            web.close();
            return true;
        });
        thread.shutdownGracefully(0, CALL_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CALL_SECONDS, TimeUnit.SECONDS);
    }

    private <T> T call(Callable<T> task) {
        try {
            return await(thread, task);
        } catch (IOException e) {
            throw new IllegalStateException("the load loop failed", e);
        }
    }

    private static <T> T await(LoopThread thread, Callable<T> task) throws IOException {
        try {
            return thread.submit(task).get(CALL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException("a task on the load loop failed", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the load loop does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
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

    /// Makes connections that stay, the next when one has become idle. Confined to the load loop.
    private final class HeldConnections {

        private final int count;

        private final Function<Runnable, Client> maker;

        private int begun;

        /// @param maker makes a client that runs what it gets once it is idle
        HeldConnections(int count, Function<Runnable, Client> maker) {
            this.count = count;
            this.maker = maker;
        }

        void begin() {
            for (int i = 0; i < HELD_AT_A_TIME; i++) {
                next();
            }
        }

        private void next() {
            if (begun < count) {
                begun++;
                connections.begin(maker.apply(this::next));
            }
        }
    }
}
