package io.sluice.transport;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

/// Bytes that wait for a socket to take them: one growing piece of native memory. Confined to its worker's event loop.
///
/// Its owner stops the flow as soon as there is one, so it stays near one read's size; [SocketLoop] keeps a few for reuse.
final class Backlog {

    private static final int INITIAL_CAPACITY = 64 * 1024;

    private long memory;

    private int capacity;

    private int start;

    private int end;

    long address() {
        return memory + start;
    }

    int length() {
        return end - start;
    }

    int capacity() {
        return capacity;
    }

    void append(LinuxCalls linux, long from, int bytes) {
        if (end + bytes > capacity) {
            makeRoom(linux, bytes);
        }
        NativeMemory.copy(from, memory + end, bytes);
        end += bytes;
    }

    /// Puts bytes before the others: what an earlier write had left over comes first.
    void prepend(LinuxCalls linux, long from, int bytes) {
        if (bytes > start) {
            int kept = length();
            if (end + bytes > capacity) {
                makeRoom(linux, bytes);
            }
            NativeMemory.copy(address(), address() + bytes, kept);
            NativeMemory.copy(from, address(), bytes);
            end += bytes;
        } else {
            start -= bytes;
            NativeMemory.copy(from, address(), bytes);
        }
    }

    private void makeRoom(LinuxCalls linux, int bytes) {
        int kept = length();
        if (kept + bytes > capacity) {
            int larger = Math.max(INITIAL_CAPACITY, Integer.highestOneBit(Math.addExact(kept, bytes) - 1) << 1);
            long moved = linux.allocate(larger);
            if (moved == 0) {
                throw new OutOfMemoryError("no memory for " + larger + " unsent bytes");
            }
            if (memory != 0) {
                NativeMemory.copy(address(), moved, kept);
                linux.free(memory);
            }
            memory = moved;
            capacity = larger;
        } else {
            NativeMemory.copy(address(), memory, kept);
        }
        start = 0;
        end = kept;
    }

    void consume(int bytes) {
        start += bytes;
        if (start == end) {
            clear();
        }
    }

    void clear() {
        start = 0;
        end = 0;
    }

    void free(LinuxCalls linux) {
        if (memory != 0) {
            linux.free(memory);
            memory = 0;
            capacity = 0;
        }
        clear();
    }
}
