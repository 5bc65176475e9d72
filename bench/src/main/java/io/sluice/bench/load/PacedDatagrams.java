package io.sluice.bench.load;

import java.util.concurrent.TimeUnit;

import io.sluice.transport.TurnHandler;

/// Datagrams at a fixed rate, whatever comes back: an open loop. Confined to the load loop.
///
/// While it sends the loop does not sleep: no timer is as fine as the rate.
final class PacedDatagrams extends DatagramExchange implements TurnHandler {

    /// How many datagrams back it is known whether one has come; a power of two.
    private static final int REMEMBERED = 1 << 20;

    /// So far behind, it goes on from now: a burst of what is overdue would be another load.
    private static final long BEHIND_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// More left out than this part, and the load is not what it is called.
    private static final double MOST_LEFT_OUT = 0.05;

    private static final double NANOS_PER_SECOND = 1e9;

    private final int clientCount;

    private final double perNano;

    private final long[] come = new long[REMEMBERED / Long.SIZE];

    private long sent;

    private boolean sending;

    /// Until it first pauses: a JVM that has yet to compile the load may be slower than the rate.
    private boolean warmingUp = true;

    /// Since when the rate is kept, and what was sent before.
    private long sinceNanos;

    private long sentBefore;

    private long sentAtStart;

    /// What was not sent when it was due, nor later: the machine stood still for a moment.
    private long leftOut;

    PacedDatagrams(DatagramClients clients, int clientCount, int datagramBytes, int perSecond) {
        super(clients, datagramBytes);
        this.clientCount = clientCount;
        this.perNano = perSecond / NANOS_PER_SECOND;
    }

    @Override
    void begin() {
        sending(true);
    }

    /// Goes on, or stops for what is under way to come back.
    void sending(boolean on) {
        if (!on && !warmingUp && leftOut > MOST_LEFT_OUT * (sent - sentAtStart + leftOut)) {
            counters.failed("the load cannot keep its rate");
        }
        warmingUp &= on;
        sending = on;
        leftOut = 0;
        sentAtStart = sent;
        startAnew();
        clients.loop.turnHandler(on ? this : TurnHandler.NONE);
    }

    private void startAnew() {
        sinceNanos = System.nanoTime();
        sentBefore = sent;
    }

    @Override
    public long beforeWait() {
        if (!sending) {
            return Long.MAX_VALUE;
        }
        long now = System.nanoTime();
        long due = sentBefore + (long) ((now - sinceNanos) * perNano) - sent;
        if (due > BEHIND_NANOS * perNano) {
            leftOut += due;
            startAnew();
            return 0;
        }
        for (long i = Math.min(due, DatagramBurst.CAPACITY); i > 0; i--) {
            int place = (int) (++sent & (REMEMBERED - 1));
            come[place >>> 6] &= ~(1L << place);
            int client = (int) (sent % clientCount);
            clients.send(client, client, sent, 1, datagramBytes());
        }
        clients.flush();
        return 0;
    }

    @Override
    public void afterWait() {
        // The answers follow.
    }

    @Override
    void onAnswer(int slot, long train, int part, long nowNanos) {
        int place = (int) (train & (REMEMBERED - 1));
        if (sent - train >= REMEMBERED) {
            return;
        }
        if ((come[place >>> 6] & (1L << place)) != 0) {
            duplicate();
        }
        come[place >>> 6] |= 1L << place;
        counters.unit(0);
    }

    @Override
    void onTick(long nowNanos) {
        // Nothing is waited for.
    }
}
