package io.sluice.bench.load;

/// Which datagrams the clients send, and when. Confined to the load loop.
abstract class DatagramExchange {

    final DatagramClients clients;

    final LoadCounters counters;

    private final int datagramBytes;

    DatagramExchange(DatagramClients clients, int datagramBytes) {
        this.clients = clients;
        this.counters = clients.counters;
        this.datagramBytes = datagramBytes;
        if (datagramBytes < DatagramClients.HEADER_BYTES) {
            throw new IllegalArgumentException("too small to say what it is: " + datagramBytes + " bytes");
        }
    }

    final int datagramBytes() {
        return datagramBytes;
    }

    /// Sends the first.
    abstract void begin();

    /// A datagram is back, its bytes are right.
    abstract void onAnswer(int slot, long train, int part, long nowNanos);

    /// Some milliseconds have passed.
    abstract void onTick(long nowNanos);

    /// Counting begins anew.
    void onWindow() {
        // What is under way counts, too.
    }

    /// How many trains are due and not sent.
    long waiting(long nowNanos) {
        return 0;
    }

    /// Nothing is to be sent any more.
    abstract void finish();

    /// How much is waited for.
    abstract long underWay();

    final void duplicate() {
        counters.failed("a datagram came twice");
    }
}
