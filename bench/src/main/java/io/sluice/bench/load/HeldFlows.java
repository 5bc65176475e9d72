package io.sluice.bench.load;

/// One datagram of each client and its echo, a few at a time, then nothing: flows that stay. Confined to the load loop.
final class HeldFlows extends RoundTrips {

    private static final int AT_A_TIME = 64;

    private int begun;

    HeldFlows(DatagramClients clients, int firstClient, int count, int datagramBytes) {
        super(clients, new Shape(firstClient, count, 1, 1, datagramBytes));
    }

    @Override
    void begin() {
        long now = System.nanoTime();
        for (int i = 0; i < AT_A_TIME; i++) {
            next(now);
        }
    }

    @Override
    void onWhole(int slot, long nowNanos) {
        rest(slot);
        next(nowNanos);
    }

    private void next(long nowNanos) {
        if (begun < slots()) {
            send(begun++, nowNanos);
        }
    }
}
