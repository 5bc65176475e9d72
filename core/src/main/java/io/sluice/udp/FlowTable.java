package io.sluice.udp;

import java.security.SecureRandom;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.DatagramBatch;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

/// The flows of one socket, by the client's address and the local address its datagrams are sent to. Confined to the worker
/// that watches the socket.
///
/// Open addressing with linear probing; keys lie in native memory, in the form in which the kernel writes addresses, so that
/// looking one up allocates nothing. The hash is keyed by random numbers of this table's: whoever chooses addresses and ports
/// must not be able to choose where they fall.
///
///     long key = table.key(batch, i);
///     Flow flow = table.find(key);
///     if (flow == null) table.put(key, flow = new Flow(...));    // before the next key(...)
///
/// @param <F> what a flow is to the caller
public final class FlowTable<F> {

    private static final int INITIAL_CAPACITY = 64;

    /// struct sockaddr_in without its padding is one word; the local address is another.
    private static final int IPV4_WORDS = 2;

    /// Family, port and scope; the address; the local address.
    private static final int IPV6_WORDS = 5;

    private static final int IPV6_ADDRESS = 8;

    private static final int IPV6_SCOPE = 24;

    private static final int IPV4_BYTES = 4;

    private static final int IPV6_BYTES = 16;

    private static final long INT_MASK = 0xffff_ffffL;

    /// For an address and the local one that [#remove] makes a key of.
    private static final int ADDRESS_BYTES = 64;

    private final int words;

    private final long seed;

    private final long multiplier;

    private final long scratch;

    private final long addressScratch;

    /// The calls of the thread that has the table now.
    private LinuxCalls linux;

    private long keys;

    private @Nullable Object[] flows = new Object[INITIAL_CAPACITY];

    private int size;

    /// For a socket of IPv4 or IPv6.
    public FlowTable(LinuxCalls linux, boolean ipv6) {
        this.linux = linux;
        this.words = ipv6 ? IPV6_WORDS : IPV4_WORDS;
        SecureRandom random = new SecureRandom();
        this.seed = random.nextLong();
        this.multiplier = random.nextLong() | 1;
        this.scratch = linux.allocate(IPV6_WORDS * (long) Long.BYTES + ADDRESS_BYTES);
        this.addressScratch = scratch + IPV6_WORDS * (long) Long.BYTES;
        this.keys = linux.allocate(bytes(INITIAL_CAPACITY));
    }

    /// Another thread has the table from now on.
    void moveTo(LinuxCalls itsCalls) {
        linux = itsCalls;
    }

    private long bytes(int capacity) {
        return (long) capacity * words * Long.BYTES;
    }

    /// The key of message `i`, valid until the next one is asked for.
    long key(DatagramBatch batch, int i) {
        return key(batch.source(i), batch.localAddress(i), batch.localLength(i));
    }

    /// The key of a struct sockaddr and the bytes of a local address, of which `localLength` may be 0.
    public long key(long sockaddr, long local, int localLength) {
        if (words == IPV4_WORDS) {
            put(0, NativeMemory.getLong(sockaddr));
            put(1, localLength == IPV4_BYTES ? NativeMemory.getInt(local) : 0);
            return scratch;
        }
        long scope = NativeMemory.getInt(sockaddr + IPV6_SCOPE) & INT_MASK;
        put(0, (NativeMemory.getInt(sockaddr) & INT_MASK) | scope << Integer.SIZE);
        put(1, NativeMemory.getLong(sockaddr + IPV6_ADDRESS));
        put(2, NativeMemory.getLong(sockaddr + IPV6_ADDRESS + Long.BYTES));
        boolean known = localLength == IPV6_BYTES;
        put(3, known ? NativeMemory.getLong(local) : 0);
        put(4, known ? NativeMemory.getLong(local + Long.BYTES) : 0);
        return scratch;
    }

    private void put(int word, long value) {
        NativeMemory.putLong(scratch + (long) word * Long.BYTES, value);
    }

    /// The flow of a key; null: there is none.
    @SuppressWarnings("unchecked") // nothing else is put in
    public @Nullable F find(long key) {
        return (@Nullable F) flows[slot(key)];
    }

    /// Adds a flow under a key that is not there yet.
    public void put(long key, F flow) {
        if (size + 1 > flows.length / 4 * 3) {
            grow();
        }
        int slot = slot(key);
        store(key, slot);
        flows[slot] = flow;
        size++;
    }

    /// Takes a flow out.
    ///
    /// @param sockaddr the client's address
    /// @param local the local address; null: the socket does not tell
    public void remove(byte[] sockaddr, byte @Nullable [] local) {
        long localAddress = addressScratch + sockaddr.length;
        NativeMemory.put(addressScratch, sockaddr, 0, sockaddr.length);
        if (local != null) {
            NativeMemory.put(localAddress, local, 0, local.length);
        }
        remove(slot(key(addressScratch, localAddress, local == null ? 0 : local.length)));
    }

    /// Closes the gap: whatever stands behind it and could stand in it moves there.
    private void remove(int slot) {
        if (flows[slot] == null) {
            return;
        }
        size--;
        int mask = flows.length - 1;
        int gap = slot;
        int next = slot;
        while (true) {
            next = (next + 1) & mask;
            Object flow = flows[next];
            if (flow == null) {
                break;
            }
            int home = home(address(next));
            if (((next - home) & mask) >= ((next - gap) & mask)) {
                flows[gap] = flow;
                store(address(next), gap);
                gap = next;
            }
        }
        flows[gap] = null;
    }

    /// How many flows there are.
    int size() {
        return size;
    }

    /// Calls for each flow; the table must not change meanwhile.
    @SuppressWarnings("unchecked") // nothing else is put in
    void forEach(Consumer<F> action) {
        for (Object flow : flows) {
            if (flow != null) {
                action.accept((F) flow);
            }
        }
    }

    /// Gives the memory back; the table must not be used any more.
    public void free() {
        linux.free(scratch);
        linux.free(keys);
    }

    private void grow() {
        @Nullable Object[] old = flows;
        long oldKeys = keys;
        int capacity = old.length * 2;
        flows = new Object[capacity];
        keys = linux.allocate(bytes(capacity));
        for (int i = 0; i < old.length; i++) {
            Object flow = old[i];
            if (flow != null) {
                long key = oldKeys + bytes(i);
                int slot = slot(key);
                store(key, slot);
                flows[slot] = flow;
            }
        }
        linux.free(oldKeys);
    }

    /// Where the key is, or where it would go.
    private int slot(long key) {
        int mask = flows.length - 1;
        int slot = home(key);
        while (flows[slot] != null && !matches(key, address(slot))) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private int home(long key) {
        long hash = seed;
        for (int i = 0; i < words; i++) {
            long word = hash ^ NativeMemory.getLong(key + (long) i * Long.BYTES);
            hash = (word * multiplier) ^ Math.unsignedMultiplyHigh(word, multiplier);
        }
        return (int) (hash ^ hash >>> Integer.SIZE) & (flows.length - 1);
    }

    private boolean matches(long one, long other) {
        for (int i = 0; i < words; i++) {
            long offset = (long) i * Long.BYTES;
            if (NativeMemory.getLong(one + offset) != NativeMemory.getLong(other + offset)) {
                return false;
            }
        }
        return true;
    }

    private void store(long key, int slot) {
        for (int i = 0; i < words; i++) {
            long offset = (long) i * Long.BYTES;
            NativeMemory.putLong(address(slot) + offset, NativeMemory.getLong(key + offset));
        }
    }

    private long address(int slot) {
        return keys + bytes(slot);
    }
}
