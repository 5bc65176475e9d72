package io.sluice.transport.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// Reads and writes memory by address, in native byte order. Thread-safe in the sense that it keeps no state.
///
/// Nothing is checked: an address that is not the caller's crashes the process, as in C.
@SuppressWarnings("restricted") // raw addresses are what the kernel's interfaces speak in
public final class NativeMemory {

    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private NativeMemory() {}

    /// Memory that is never freed, zeroed: for what lives as long as the program or its worker.
    public static long allocateForever(long bytes, long alignment) {
        return Arena.global().allocate(bytes, alignment).address();
    }

    /// The byte at `address`.
    public static byte getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    /// Stores a byte.
    public static void putByte(long address, byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    /// The 16-bit value at `address`, aligned or not.
    public static short getShort(long address) {
        return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
    }

    /// Stores 16 bits.
    public static void putShort(long address, short value) {
        ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, value);
    }

    /// The 32-bit value at `address`, aligned or not.
    public static int getInt(long address) {
        return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
    }

    /// Stores 32 bits.
    public static void putInt(long address, int value) {
        ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
    }

    /// The 64-bit value at `address`, aligned or not.
    public static long getLong(long address) {
        return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    }

    /// Stores 64 bits.
    public static void putLong(long address, long value) {
        ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
    }

    /// Copies `bytes` bytes; the ranges may overlap.
    public static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    /// Copies from an array.
    public static void put(long address, byte[] bytes, int offset, int length) {
        MemorySegment.copy(bytes, offset, ALL, ValueLayout.JAVA_BYTE, address, length);
    }

    /// Copies into an array.
    public static void get(long address, byte[] bytes, int offset, int length) {
        MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, address, bytes, offset, length);
    }

    /// Sets `bytes` bytes to zero.
    public static void clear(long address, long bytes) {
        ALL.asSlice(address, bytes).fill((byte) 0);
    }

    /// Stores text as UTF-8 with a terminating zero; returns the number of bytes without it.
    public static int putString(long address, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        put(address, bytes, 0, bytes.length);
        putByte(address + bytes.length, (byte) 0);
        return bytes.length;
    }

    /// The whole address space as one segment, for VarHandles (ring indices need acquire and release).
    public static MemorySegment everything() {
        return ALL;
    }
}
