package io.sluice.transport;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

import static io.sluice.transport.linux.LinuxConstants.MAP_ANONYMOUS;
import static io.sluice.transport.linux.LinuxConstants.MAP_PRIVATE;
import static io.sluice.transport.linux.LinuxConstants.PROT_READ;
import static io.sluice.transport.linux.LinuxConstants.PROT_WRITE;
import static io.sluice.transport.linux.UringConstants.BUFFER_ENTRY_BYTES;
import static io.sluice.transport.linux.UringConstants.BUFFER_ENTRY_ID;
import static io.sluice.transport.linux.UringConstants.BUFFER_ENTRY_LENGTH;
import static io.sluice.transport.linux.UringConstants.BUFFER_REGISTRATION_BYTES;
import static io.sluice.transport.linux.UringConstants.BUFFER_REGISTRATION_ENTRIES;
import static io.sluice.transport.linux.UringConstants.BUFFER_REGISTRATION_GROUP;
import static io.sluice.transport.linux.UringConstants.BUFFER_RING_TAIL;
import static io.sluice.transport.linux.UringConstants.IORING_REGISTER_PBUF_RING;

/// Buffers of which the kernel takes one when bytes arrive, shared by all sockets of a loop. Confined to its worker's
/// event loop.
///
/// A buffer is in the ring, or it has users (the delivery of its bytes, a SEND out of it) and returns with the last one:
///
///     in the ring --[#take]--> one user --[#retain]--> more users --[#release]...--> in the ring
///
/// The kernel takes them in order, so as many as circulate are touched, be there ever so little traffic. Therefore few
/// do at first, and more after each shortage ([#grow]): the working set stays in the cache.
final class BufferRing {

    /// The group that receives name.
    static final int GROUP = 0;

    static final int BUFFER_BYTES = StreamSocket.DEFAULT_READ_LIMIT;

    private static final int MAX_BUFFERS = 1024;

    private static final int INITIAL_BUFFERS = 64;

    /// Not a multiple of a page: the first bytes of all buffers would compete for the same few sets of the cache.
    private static final int STRIDE = BUFFER_BYTES + 128;

    private static final VarHandle TAIL = ValueLayout.JAVA_SHORT.varHandle();

    private static final MemorySegment MEMORY = NativeMemory.everything();

    private static final long ENTRIES_BYTES = (long) MAX_BUFFERS * BUFFER_ENTRY_BYTES;

    private static final long BUFFERS_BYTES = (long) MAX_BUFFERS * STRIDE;

    private final LinuxCalls linux;

    private final long entries;

    private final long buffers;

    private final int[] users = new int[MAX_BUFFERS];

    private int circulating;

    private int inRing;

    private short tail;

    BufferRing(LinuxCalls linux, Ring ring) throws RingException {
        this.linux = linux;
        entries = map(ENTRIES_BYTES);
        buffers = map(BUFFERS_BYTES);
        long registration = linux.allocate(BUFFER_REGISTRATION_BYTES);
        try {
            NativeMemory.clear(registration, BUFFER_REGISTRATION_BYTES);
            NativeMemory.putLong(registration, entries);
            NativeMemory.putInt(registration + BUFFER_REGISTRATION_ENTRIES, MAX_BUFFERS);
            NativeMemory.putShort(registration + BUFFER_REGISTRATION_GROUP, (short) GROUP);
            Ring.check(
                    "io_uring_register(PBUF_RING)", ring.register(IORING_REGISTER_PBUF_RING, registration, 1));
        } catch (RingException e) {
            close();
            throw e;
        } finally {
            linux.free(registration);
        }
        circulate(INITIAL_BUFFERS);
    }

    /// Anonymous memory costs nothing until it is touched.
    private long map(long bytes) throws RingException {
        long address = linux.mmap(bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (address < 0) {
            throw new RingException("mmap() of receive buffers", (int) -address);
        }
        return address;
    }

    /// Where a buffer's bytes are.
    long address(int buffer) {
        return buffers + (long) buffer * STRIDE;
    }

    /// How many the kernel can take at present.
    int inRing() {
        return inRing;
    }

    /// The kernel has taken a buffer and filled it.
    void take(int buffer) {
        assert users[buffer] == 0;
        users[buffer] = 1;
        inRing--;
    }

    /// One user more.
    void retain(int buffer) {
        users[buffer]++;
    }

    /// One user less; the last gives it back to the kernel.
    void release(int buffer) {
        assert users[buffer] > 0;
        if (--users[buffer] == 0) {
            add(buffer);
            publish();
        }
    }

    /// Lets twice as many circulate, after the kernel found none.
    void grow() {
        if (circulating < MAX_BUFFERS) {
            circulate(circulating);
        }
    }

    private void circulate(int more) {
        for (int i = 0; i < more; i++) {
            add(circulating++);
        }
        publish();
    }

    private void add(int buffer) {
        long entry = entries + (long) (tail & (MAX_BUFFERS - 1)) * BUFFER_ENTRY_BYTES;
        NativeMemory.putLong(entry, address(buffer));
        NativeMemory.putInt(entry + BUFFER_ENTRY_LENGTH, BUFFER_BYTES);
        NativeMemory.putShort(entry + BUFFER_ENTRY_ID, (short) buffer);
        tail++;
        inRing++;
    }

    private void publish() {
        TAIL.setRelease(MEMORY, entries + BUFFER_RING_TAIL, tail);
    }

    /// Frees the memory; no operation may be under way that could write to it.
    void close() {
        linux.munmap(entries, ENTRIES_BYTES);
        linux.munmap(buffers, BUFFERS_BYTES);
    }
}
