package io.sluice.bench.load;

import java.util.concurrent.TimeUnit;

import io.sluice.transport.TurnHandler;

/// Trains of datagrams at a fixed rate, whatever comes back: an open loop. Confined to the load loop.
final class PacedDatagrams extends DatagramExchange implements TurnHandler {

    /// How many trains back it is known what has come of one; a power of two.
    private static final int REMEMBERED = 1 << 18;

    /// So far behind, a load that does not catch up goes on from now.
    private static final long BEHIND_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// What is away longer than that after the end is lost.
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /// More left out than this part, and the load is not what it is called.
    private static final double MOST_LEFT_OUT = 0.05;

    private static final double NANOS_PER_SECOND = 1e9;

    private final int firstClient;

    private final int clientCount;

    private final int train;

    private final double perNano;

    private final TimerGrain grain;

    /// Sends what is overdue later, as an open loop has to. Otherwise it is left out, for whom a burst would be another load.
    private final boolean catchesUp;

    private final long whole;

    /// Which datagrams of a train are back.
    private final long[] back = new long[REMEMBERED];

    private final long[] intendedNanos = new long[REMEMBERED];

    private final long[] sentNanos = new long[REMEMBERED];

    private long sent;

    private boolean sending;

    /// Until it first pauses or is counted: a JVM that has yet to compile the load may be slower than the rate.
    private boolean warmingUp = true;

    /// Since when the rate is kept, and what was sent before.
    private long sinceNanos;

    private long sentBefore;

    private long sentAtStart;

    /// What was not sent when it was due, nor later: the machine stood still for a moment.
    private long leftOut;

    /// Up to where trains were sent before the window, and the datagrams of later ones that are back.
    private long sentBeforeWindow;

    private long answeredInWindow;

    /// When the last was sent; 0: not yet.
    private long finishedNanos;

    private boolean lossCounted;

    PacedDatagrams(DatagramClients clients, int firstClient, Load.Paced load, boolean catchesUp) {
        super(clients, load.messageBytes());
        this.firstClient = firstClient;
        this.clientCount = load.connections();
        this.train = load.train();
        this.grain = TimerGrain.of(clients.loop);
        this.catchesUp = catchesUp;
        this.whole = -1L >>> (Long.SIZE - train);
        this.perNano = load.perSecond() / NANOS_PER_SECOND;
    }

    @Override
    void begin() {
        sending(true);
    }

    /// Goes on, or stops for what is under way to come back.
    void sending(boolean on) {
        if (!on && sending && !warmingUp && leftOut > MOST_LEFT_OUT * (sent - sentAtStart + leftOut)) {
            counters.failed("the load cannot keep its rate");
        }
        warmingUp &= on;
        sending = on;
        startCounting();
        startAnew();
        clients.loop.turnHandler(on ? this : TurnHandler.NONE);
    }

    private void startCounting() {
        leftOut = 0;
        sentAtStart = sent;
    }

    private void startAnew() {
        sinceNanos = System.nanoTime();
        sentBefore = sent;
    }

    @Override
    void onWindow() {
        warmingUp = false;
        sentBeforeWindow = sent;
        answeredInWindow = 0;
        startCounting();
        if (catchesUp) {
            startAnew();
        }
    }

    @Override
    long waiting(long nowNanos) {
        return sending ? Math.max(0, due(nowNanos)) : 0;
    }

    private long due(long nowNanos) {
        return sentBefore + (long) ((nowNanos - sinceNanos) * perNano) - sent;
    }

    @Override
    public long beforeWait() {
        if (!sending) {
            return Long.MAX_VALUE;
        }
        long now = System.nanoTime();
        long due = due(now);
        if (!catchesUp && due > BEHIND_NANOS * perNano + 1) {
            leftOut += due;
            startAnew();
            return 0;
        }
        for (long i = Math.min(due, DatagramBurst.CAPACITY); i > 0; i--) {
            sent++;
            int place = place(sent);
            back[place] = 0;
            intendedNanos[place] = intended(sent);
            sentNanos[place] = now;
            int client = (int) (sent % clientCount);
            clients.send(firstClient + client, client, sent, train, datagramBytes());
        }
        clients.flush();
        return grain.waitNanos(now, intended(sent + 1));
    }

    private long intended(long number) {
        return sinceNanos + (long) ((number - sentBefore) / perNano);
    }

    private static int place(long number) {
        return (int) (number & (REMEMBERED - 1));
    }

    @Override
    public void afterWait() {
        // The answers follow.
    }

    @Override
    void onAnswer(int slot, long number, int part, long nowNanos) {
        if (sent - number >= REMEMBERED) {
            return;
        }
        int place = place(number);
        long bit = 1L << part;
        if ((back[place] & bit) != 0) {
            duplicate();
            return;
        }
        back[place] |= bit;
        if (number > sentBeforeWindow) {
            answeredInWindow++;
        }
        if (back[place] == whole) {
            counters.unit(nowNanos - intendedNanos[place], nowNanos - sentNanos[place]);
        }
    }

    /// Those of a window are lost once nobody waits for them any more.
    @Override
    void onTick(long nowNanos) {
        if (finishedNanos != 0 && !lossCounted && nowNanos - finishedNanos > PATIENCE_NANOS) {
            lossCounted = true;
            counters.lost(missing());
        }
    }

    private long missing() {
        return (sent - sentBeforeWindow) * train - answeredInWindow;
    }

    @Override
    void finish() {
        sending(false);
        finishedNanos = System.nanoTime();
    }

    @Override
    long underWay() {
        return lossCounted ? 0 : missing();
    }
}
