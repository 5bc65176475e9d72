package io.sluice.bench.load;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.ListenException;
import io.sluice.transport.LoopThread;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.TurnHandler;

/// The clients of one loop: begins loads and ends them. Confined to the load loop.
final class Clients {

    /// How often it is looked for datagrams that did not come back.
    private static final long TICK_MILLIS = 10;

    /// What separates the beginnings of two clients' streams; prime.
    private static final long STREAM_DISTANCE = 7919;

    private final LoopThread thread;

    private final SocketLoop loop;

    private final LoadCounters counters;

    private final Connections connections;

    private final DatagramClients datagrams;

    /// Of the first client; other loops' clients have other numbers.
    private final int firstClient;

    /// From the first load of TLS on, which loads a library.
    private @Nullable SecureClients secure;

    /// While a load of datagrams is under way.
    private @Nullable ScheduledFuture<?> ticks;

    /// Of the load that began last.
    private Pace pace;

    /// Clients of [Load.HeldFlows] so far.
    private int heldFlows;

    private long clientsBegun;

    Clients(LoopThread thread, LoadCounters counters, Sources sources, int firstClient) throws ListenException {
        this.thread = thread;
        this.loop = thread.sockets();
        this.counters = counters;
        this.connections = new Connections(loop, counters, sources);
        this.datagrams = new DatagramClients(loop, counters);
        this.firstClient = firstClient;
        this.clientsBegun = firstClient;
        this.pace = new ClosedLoop(counters);
    }

    /// Begins a load, beside whatever is under way.
    ///
    /// @param perSecond exchanges that begin in a second; 0: each when the one before has ended
    void begin(Load load, Target target, double perSecond) {
        if (load instanceof Load.OfDatagrams ofDatagrams) {
            beginDatagrams(exchange(ofDatagrams, perSecond), target);
            return;
        }
        pace = pace(perSecond);
        connections.begin(load.connections(), party(load, target, pace));
    }

    private Pace pace(double perSecond) {
        if (perSecond == 0) {
            return new ClosedLoop(counters);
        }
        OpenLoop open = new OpenLoop(counters, loop, perSecond);
        loop.turnHandler(open);
        return open;
    }

    private Supplier<Connections.Party> party(Load load, Target target, Pace of) {
        return switch (load) {
            case Load.Bulk bulk -> () -> bulk(bulk, target, nextStream());
            case Load.Stalled _ -> () -> new DownloadClient.Stalled(connections, target, nextStream());
            case Load.Echo echo -> () -> new EchoClient(
                    connections, target, echo.messageBytes(), nextStream(), repeated(of, echo.outstanding()));
            case Load.Held held -> () -> new EchoClient(
                    connections, target, held.messageBytes(), nextStream(), _ -> HeldMessage.INSTANCE);
            case Load.Churn churn -> () -> new ChurnClient(connections, target, of, churn.messageBytes(), nextStream());
            case Load.Requests requests -> {
                Documents documents = new Documents(requests.bodySizes(), requests.kept());
                yield () -> new RequestClient(connections, target, of, documents, nextStream());
            }
            case Load.WebSocketEcho echo -> () -> new WebSocketClient(
                    connections, target, echo.messageBytes(), nextStream(), repeated(of, echo.outstanding()));
            case Load.HeldWebSockets held -> () -> new WebSocketClient(
                    connections, target, held.messageBytes(), nextStream(), _ -> HeldMessage.INSTANCE);
            case Load.Handshakes _ -> () -> new SecureClient.Handshake(secure(), target, of);
            case Load.SecureBulk bulk -> () -> new SecureClient.Download(secure(), target, bulk.verified());
            case Load.OfDatagrams _ -> throw new IllegalArgumentException("begun in another way: " + load);
        };
    }

    private Client bulk(Load.Bulk load, Target target, long first) {
        return switch (load.direction()) {
            case DOWN -> load.verified()
                    ? new DownloadClient.Verified(connections, target, first)
                    : new DownloadClient.Counted(connections, target, first);
            case UP -> new UploadClient.Acknowledged(connections, target, first);
            case BOTH -> new UploadClient.Returned(connections, target, first);
        };
    }

    private static Function<MessageClient, Conversation> repeated(Pace pace, int outstanding) {
        return client -> new RepeatedMessages(pace, outstanding, client);
    }

    private SecureClients secure() {
        SecureClients shared = secure;
        if (shared == null) {
            shared = new SecureClients(connections, thread);
            secure = shared;
        }
        return shared;
    }

    private long nextStream() {
        return ++clientsBegun * STREAM_DISTANCE;
    }

    private DatagramExchange exchange(Load.OfDatagrams load, double perSecond) {
        return switch (load) {
            case Load.Datagrams trips when perSecond == 0 -> new RoundTrips(datagrams, new RoundTrips.Shape(
                    firstClient, trips.connections(), trips.outstanding(), trips.train(), trips.messageBytes()));
            case Load.Datagrams trips -> new PacedDatagrams(datagrams, firstClient, new Load.Paced(
                    trips.connections(), trips.train(), trips.messageBytes(), perSecond), true);
            case Load.Paced paced -> new PacedDatagrams(datagrams, firstClient, paced, false);
            case Load.HeldFlows held -> {
                int first = firstClient + heldFlows;
                heldFlows += held.connections();
                yield new HeldFlows(datagrams, first, held.connections(), held.messageBytes());
            }
        };
    }

    private void beginDatagrams(DatagramExchange exchange, Target target) {
        datagrams.begin(exchange, target);
        if (ticks == null) {
            ticks = thread.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        DatagramExchange exchange = datagrams.exchange();
        if (exchange != null) {
            exchange.onTick(System.nanoTime());
        }
    }

    /// Has a [Load.Paced] pause, or go on.
    void sendPaced(boolean on) {
        if (datagrams.exchange() instanceof PacedDatagrams paced) {
            paced.sending(on);
        }
    }

    /// Counts from now on.
    void openWindow() {
        long now = System.nanoTime();
        pace.onWindow(now);
        DatagramExchange exchange = datagrams.exchange();
        if (exchange != null) {
            exchange.onWindow();
        }
        counters.open(now);
    }

    LoadWindow closeWindow() {
        long now = System.nanoTime();
        return counters.close(now, waiting(now));
    }

    LoadWindow nextWindow(Histogram emptyLatencies, Histogram emptyRaw) {
        long now = System.nanoTime();
        return counters.next(now, waiting(now), emptyLatencies, emptyRaw);
    }

    private long waiting(long nowNanos) {
        DatagramExchange exchange = datagrams.exchange();
        return pace.waiting(nowNanos) + (exchange == null ? 0 : exchange.waiting(nowNanos));
    }

    LoadState state() {
        DatagramExchange exchange = datagrams.exchange();
        long underWay = exchange == null ? 0 : exchange.underWay();
        return new LoadState(connections.ready(), connections.lost(), counters.outstanding() + underWay, counters.anyFailed());
    }

    /// Has all clients begin nothing more, so that what is under way comes to its end.
    void finish() {
        pace.finish();
        connections.finish();
        DatagramExchange exchange = datagrams.exchange();
        if (exchange != null) {
            exchange.finish();
        }
    }

    /// Closes all clients.
    void end() {
        pace.finish();
        connections.end();
        sendPaced(false);
        datagrams.end();
        loop.turnHandler(TurnHandler.NONE);
        heldFlows = 0;
        if (ticks != null) {
            ticks.cancel(false);
            ticks = null;
        }
    }

    void close() {
        end();
        datagrams.close();
    }
}
