package io.sluice.transport.linux;

/// The layouts that recvmmsg(2) and sendmmsg(2) work on, of a 64-bit system: struct mmsghdr, iovec, cmsghdr (cmsg(3)).
/// Thread-safe: no state.
public final class MessageHeaders {

    /// sizeof(struct mmsghdr).
    public static final int BYTES = 64;

    /// sizeof(struct iovec).
    public static final int VECTOR_BYTES = 16;

    /// Where a control message's data begin.
    public static final int CONTROL_DATA = 16;

    private static final int NAME = 0;
    private static final int NAME_LENGTH = 8;
    private static final int VECTORS = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int LENGTH = 56;

    private static final int VECTOR_LENGTH = 8;

    private static final int CONTROL_LEVEL = 8;
    private static final int CONTROL_TYPE = 12;

    private MessageHeaders() {}

    /// Sets msg_name and msg_namelen.
    public static void name(long header, long sockaddr, int length) {
        NativeMemory.putLong(header + NAME, sockaddr);
        NativeMemory.putInt(header + NAME_LENGTH, length);
    }

    /// msg_namelen.
    public static int nameLength(long header) {
        return NativeMemory.getInt(header + NAME_LENGTH);
    }

    /// Sets msg_iov and msg_iovlen.
    public static void vectors(long header, long vectors, int count) {
        NativeMemory.putLong(header + VECTORS, vectors);
        NativeMemory.putLong(header + VECTOR_COUNT, count);
    }

    /// msg_iov.
    public static long vectors(long header) {
        return NativeMemory.getLong(header + VECTORS);
    }

    /// msg_iovlen.
    public static int vectorCount(long header) {
        return (int) NativeMemory.getLong(header + VECTOR_COUNT);
    }

    /// Sets one struct iovec.
    public static void vector(long vector, long address, int length) {
        NativeMemory.putLong(vector, address);
        NativeMemory.putLong(vector + VECTOR_LENGTH, length);
    }

    /// iov_base.
    public static long vectorAddress(long vector) {
        return NativeMemory.getLong(vector);
    }

    /// iov_len.
    public static int vectorLength(long vector) {
        return (int) NativeMemory.getLong(vector + VECTOR_LENGTH);
    }

    /// Sets msg_control and msg_controllen, and clears msg_flags.
    public static void control(long header, long control, int length) {
        NativeMemory.putLong(header + CONTROL, control);
        NativeMemory.putLong(header + CONTROL_LENGTH, length);
        NativeMemory.putInt(header + FLAGS, 0);
    }

    /// msg_controllen.
    public static int controlLength(long header) {
        return (int) NativeMemory.getLong(header + CONTROL_LENGTH);
    }

    /// msg_len: the bytes received.
    public static int length(long header) {
        return NativeMemory.getInt(header + LENGTH);
    }

    /// Sets msg_len.
    public static void length(long header, int bytes) {
        NativeMemory.putInt(header + LENGTH, bytes);
    }

    /// msg_flags of a received message.
    public static int flags(long header) {
        return NativeMemory.getInt(header + FLAGS);
    }

    /// Sets what the kernel overwrites when it receives: the lengths of name and control messages.
    public static void room(long header, int nameBytes, int controlBytes) {
        NativeMemory.putInt(header + NAME_LENGTH, nameBytes);
        NativeMemory.putLong(header + CONTROL_LENGTH, controlBytes);
    }

    /// msg_name.
    public static long name(long header) {
        return NativeMemory.getLong(header + NAME);
    }

    /// Writes a control message's header; the caller writes `dataBytes` of data behind it.
    ///
    /// @return the room it takes: where the next one begins
    public static int putControl(long control, int level, int type, int dataBytes) {
        NativeMemory.putLong(control, CONTROL_DATA + dataBytes);
        NativeMemory.putInt(control + CONTROL_LEVEL, level);
        NativeMemory.putInt(control + CONTROL_TYPE, type);
        return CONTROL_DATA + aligned(dataBytes);
    }

    /// cmsg_level.
    public static int controlLevel(long control) {
        return NativeMemory.getInt(control + CONTROL_LEVEL);
    }

    /// cmsg_type.
    public static int controlType(long control) {
        return NativeMemory.getInt(control + CONTROL_TYPE);
    }

    /// The room that a received control message takes; less than [#CONTROL_DATA]: it is none.
    public static int controlRoom(long control) {
        return aligned((int) NativeMemory.getLong(control));
    }

    private static int aligned(int bytes) {
        return bytes + 7 & -8;
    }
}
