package io.sluice.bench.load;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// Trains of datagrams, each sent when the one before it is back: a closed loop. Confined to the load loop.
///
/// Each client has some slots, each with one train under way. What is not back in time is lost, and the slot goes on.
class RoundTrips extends DatagramExchange {

    /// How long a train of several datagrams may be away. A single one is given longer: it is the load of one client, and
    /// not many at once.
    private static final long TRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long SINGLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /// Who sends what. Immutable.
    ///
    /// @param outstanding slots of each client
    /// @param train datagrams of a train, at most 64
    record Shape(int firstClient, int clients, int outstanding, int train, int datagramBytes) {

        int slots() {
            return clients * outstanding;
        }
    }

    private final Shape shape;

    private final long whole;

    private final long patienceNanos;

    /// The train under way, by slot; counted from 1, 0: none was.
    private final long[] trains;

    /// Which of its datagrams are back.
    private final long[] back;

    /// The same of the train before.
    private final long[] backBefore;

    /// 0: nothing is under way.
    private final long[] sentNanos;

    private boolean finished;

    RoundTrips(DatagramClients clients, Shape shape) {
        super(clients, shape.datagramBytes());
        this.shape = shape;
        this.whole = -1L >>> (Long.SIZE - shape.train());
        this.patienceNanos = shape.train() > 1 ? TRAIN_NANOS : SINGLE_NANOS;
        this.trains = new long[shape.slots()];
        this.back = new long[shape.slots()];
        this.backBefore = new long[shape.slots()];
        this.sentNanos = new long[shape.slots()];
    }

    @Override
    void begin() {
        long now = System.nanoTime();
        for (int slot = 0; slot < trains.length; slot++) {
            send(slot, now);
        }
    }

    final int slots() {
        return trains.length;
    }

    final void send(int slot, long nowNanos) {
        backBefore[slot] = back[slot];
        back[slot] = 0;
        sentNanos[slot] = nowNanos;
        int client = shape.firstClient() + slot / shape.outstanding();
        clients.send(client, slot, ++trains[slot], shape.train(), shape.datagramBytes());
    }

    /// Nothing more of a slot.
    final void rest(int slot) {
        sentNanos[slot] = 0;
    }

    /// A train is back whole.
    void onWhole(int slot, long nowNanos) {
        sendNext(slot, nowNanos);
    }

    private void sendNext(int slot, long nowNanos) {
        if (finished) {
            rest(slot);
        } else {
            send(slot, nowNanos);
        }
    }

    @Override
    final void finish() {
        finished = true;
    }

    @Override
    final long underWay() {
        return Arrays.stream(sentNanos).filter(sent -> sent != 0).count();
    }

    @Override
    final void onAnswer(int slot, long train, int part, long nowNanos) {
        long bit = 1L << part;
        if (train == trains[slot]) {
            if ((back[slot] & bit) != 0) {
                duplicate();
                return;
            }
            back[slot] |= bit;
            if (back[slot] == whole) {
                counters.unit(nowNanos - sentNanos[slot]);
                onWhole(slot, nowNanos);
            }
        } else if (train == trains[slot] - 1) {
            // Too late, and counted as lost already.
            if ((backBefore[slot] & bit) != 0) {
                duplicate();
            }
            backBefore[slot] |= bit;
        }
    }

    @Override
    final void onTick(long nowNanos) {
        for (int slot = 0; slot < trains.length; slot++) {
            if (sentNanos[slot] != 0 && nowNanos - sentNanos[slot] > patienceNanos) {
                counters.lost(shape.train() - Long.bitCount(back[slot]));
                sendNext(slot, nowNanos);
            }
        }
        clients.flush();
    }
}
