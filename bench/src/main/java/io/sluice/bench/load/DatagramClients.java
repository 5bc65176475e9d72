package io.sluice.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.DatagramBatch;
import io.sluice.transport.ListenException;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.linux.NativeMemory;

/// The clients of a UDP load: many addresses on one socket, so that the load is cheap. Confined to the load loop.
///
/// All of 127.0.0.0/8 is the local host. Client n is 127.2.0.0 plus n; a socket on the wildcard address sends from, and
/// receives for, all of them (IP_PKTINFO). Every datagram says whose it is and which one, the rest of it is the
/// [pattern][Pattern] from a place of its own:
///
///     0   the run: how many loads there were before    8   train, counted from 1
///     4   slot of the exchange                         16  place within the train
///                                                      20  client
final class DatagramClients extends LoadDatagramSocket {

    static final int HEADER_BYTES = 24;

    private static final int SLOT = 4;
    private static final int TRAIN = 8;
    private static final int PART = 16;
    private static final int CLIENT = 20;

    private static final ListenAddress ANY_PORT =
            new ListenAddress(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0), false);

    private static final int FIRST_ADDRESS = (127 << 24) | (2 << 16);

    private static final int MESSAGE_BYTES = 64 * 1024;

    /// Not a multiple of a page, for the caches' sake.
    private static final int STRIDE = MESSAGE_BYTES + 1280;

    /// What separates the places of slots, trains and parts in the pattern; primes.
    private static final long SLOT_DISTANCE = 7919;
    private static final long TRAIN_DISTANCE = 31;
    private static final long PART_DISTANCE = 1201;

    private final long messages = NativeMemory.allocateForever((long) DatagramBurst.CAPACITY * STRIDE, 64);

    private @Nullable Target target;

    private int run;

    private @Nullable DatagramExchange exchange;

    DatagramClients(SocketLoop loop, LoadCounters counters) throws ListenException {
        super(loop, counters, ANY_PORT);
        watch();
    }

    /// Begins an exchange with an address of the local host and forgets the one before.
    void begin(DatagramExchange next, Target with) {
        target = with;
        run++;
        exchange = next;
        next.begin();
        flush();
    }

    /// What is under way, if anything.
    @Nullable DatagramExchange exchange() {
        return exchange;
    }

    void end() {
        exchange = null;
    }

    /// Sends a train, at the latest when the present batch has been taken.
    void send(int client, int slot, long train, int datagrams, int datagramBytes) {
        Target to = target;
        if (to == null) {
            throw new IllegalStateException("nothing has begun");
        }
        long message = messages + (long) burst.count() * STRIDE;
        for (int part = 0; part < datagrams; part++) {
            long at = message + (long) part * datagramBytes;
            NativeMemory.putInt(at, run);
            NativeMemory.putInt(at + SLOT, slot);
            NativeMemory.putLong(at + TRAIN, train);
            NativeMemory.putInt(at + PART, part);
            NativeMemory.putInt(at + CLIENT, client);
            NativeMemory.copy(Pattern.at(place(slot, train, part)), at + HEADER_BYTES, datagramBytes - HEADER_BYTES);
        }
        burst.add(message, datagrams * datagramBytes, datagramBytes, to.sockaddr(), to.length(), address(client));
        counters.sent(datagrams);
        if (burst.isFull()) {
            flush();
        }
    }

    @Override
    void onMessage(DatagramBatch batch, int message, long nowNanos) {
        int length = batch.length(message);
        int unit = batch.segmentBytes(message) == 0 ? length : batch.segmentBytes(message);
        int local = NativeMemory.getInt(batch.localAddress(message));
        int offset = 0;
        do {
            onDatagram(batch.address(message) + offset, Math.min(unit, length - offset), local, nowNanos);
            offset += unit;
        } while (offset < length);
    }

    private void onDatagram(long at, int length, int local, long nowNanos) {
        DatagramExchange current = exchange;
        if (current == null || (length >= HEADER_BYTES && isOfEarlierRun(NativeMemory.getInt(at)))) {
            return;
        }
        if (length != current.datagramBytes() || NativeMemory.getInt(at) != run) {
            counters.failed("a datagram that nobody sent");
            return;
        }
        int slot = NativeMemory.getInt(at + SLOT);
        long train = NativeMemory.getLong(at + TRAIN);
        int part = NativeMemory.getInt(at + PART);
        if (!Pattern.matches(place(slot, train, part), at + HEADER_BYTES, length - HEADER_BYTES)) {
            counters.failed("wrong bytes");
        } else if (local != address(NativeMemory.getInt(at + CLIENT))) {
            counters.failed("a datagram for another client");
        } else {
            counters.answered();
            current.onAnswer(slot, train, part, nowNanos);
        }
    }

    private boolean isOfEarlierRun(int number) {
        return number > 0 && number < run;
    }

    private static long place(int slot, long train, int part) {
        return (slot * SLOT_DISTANCE + train * TRAIN_DISTANCE + part * PART_DISTANCE) & Long.MAX_VALUE;
    }

    /// As it lies in memory.
    private static int address(int client) {
        return Integer.reverseBytes(FIRST_ADDRESS + client);
    }
}
