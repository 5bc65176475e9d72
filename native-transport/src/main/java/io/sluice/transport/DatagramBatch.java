package io.sluice.transport;

import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.LinuxConstants;
import io.sluice.transport.linux.MessageHeaders;
import io.sluice.transport.linux.NativeMemory;

import static io.sluice.transport.linux.LinuxConstants.IPPROTO_IP;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_IPV6;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_UDP;
import static io.sluice.transport.linux.LinuxConstants.IPV6_PKTINFO;
import static io.sluice.transport.linux.LinuxConstants.IP_PKTINFO;
import static io.sluice.transport.linux.LinuxConstants.SOL_SOCKET;
import static io.sluice.transport.linux.LinuxConstants.SO_RXQ_OVFL;
import static io.sluice.transport.linux.LinuxConstants.UDP_GRO;

/// Memory that datagrams are received into, shared by all sockets of a loop. Confined to its worker's event loop.
///
/// It has 64 places of 64 KiB, each enough for the largest datagram and for a batch that the kernel put together (UDP_GRO);
/// only pages that are used become memory. Places are filled one after the other, by as many receives as one likes, until
/// [#clear]. Receiving allocates nothing.
///
///     int first = batch.count();
///     int received = batch.receive(fd, 8);
///     if (received < 0) fail(-received);
///     for (int i = first; i < batch.count(); i++) handle(batch.address(i), batch.length(i), batch.segmentBytes(i));
public final class DatagramBatch {

    /// How many messages it holds.
    public static final int CAPACITY = 64;

    /// sizeof(struct sockaddr_in6), rounded up.
    private static final int NAME_BYTES = 32;

    private static final int PAYLOAD_BYTES = 64 * 1024;

    /// Not a multiple of a page: the first bytes of all places would compete for the same few sets of the cache.
    private static final int PAYLOAD_STRIDE = PAYLOAD_BYTES + 1280;

    private static final int CONTROL_BYTES = 128;

    private static final int IPV4_SOURCE = 4;

    private static final int IPV4_BYTES = 4;

    private static final int IPV6_BYTES = 16;

    private final LinuxCalls linux;

    private final long memory;

    private final long headers;

    private final long names;

    private final long controls;

    private final long payloads;

    private final int[] segmentBytes = new int[CAPACITY];

    private final long[] localAddresses = new long[CAPACITY];

    private final int[] localLengths = new int[CAPACITY];

    private int count;

    /// Places from here on have not been received into since the batch was made.
    private int used;

    /// What the kernel told with the last receive.
    private int overflow;

    /// Takes 4 MiB of address space.
    public DatagramBatch(LinuxCalls linux) {
        this.linux = linux;
        long perMessage = MessageHeaders.BYTES + MessageHeaders.VECTOR_BYTES + NAME_BYTES + CONTROL_BYTES;
        this.memory = linux.allocate(CAPACITY * (perMessage + PAYLOAD_STRIDE));
        this.headers = memory;
        long vectors = headers + (long) CAPACITY * MessageHeaders.BYTES;
        this.names = vectors + (long) CAPACITY * MessageHeaders.VECTOR_BYTES;
        this.controls = names + (long) CAPACITY * NAME_BYTES;
        this.payloads = controls + (long) CAPACITY * CONTROL_BYTES;
        for (int i = 0; i < CAPACITY; i++) {
            long vector = vectors + (long) i * MessageHeaders.VECTOR_BYTES;
            MessageHeaders.vector(vector, address(i), PAYLOAD_BYTES);
            MessageHeaders.vectors(header(i), vector, 1);
            MessageHeaders.name(header(i), source(i), NAME_BYTES);
            MessageHeaders.control(header(i), control(i), CONTROL_BYTES);
        }
    }

    /// Receives up to `most` messages, as many as there is room for, without waiting.
    ///
    /// @return how many, or a negated error number: EAGAIN, or what befell a datagram sent before
    public int receive(int fd, int most) {
        int wanted = Math.min(most, CAPACITY - count);
        for (int i = count; i < Math.min(used, count + wanted); i++) {
            MessageHeaders.room(header(i), NAME_BYTES, CONTROL_BYTES);
        }
        overflow = 0;
        if (wanted == 0) {
            return -Errno.EAGAIN;
        }
        int received = wanted == 1
                ? receiveOne(fd)
                : linux.receiveMessages(fd, header(count), wanted, LinuxConstants.MSG_DONTWAIT);
        for (int i = count; i < count + received; i++) {
            readControl(i);
        }
        count += Math.max(0, received);
        used = Math.max(used, count);
        return received;
    }

    /// The same as receiving one of several, and cheaper.
    private int receiveOne(int fd) {
        int length = linux.receiveMessage(fd, header(count), LinuxConstants.MSG_DONTWAIT);
        if (length < 0) {
            return length;
        }
        MessageHeaders.length(header(count), length);
        return 1;
    }

    private void readControl(int i) {
        segmentBytes[i] = 0;
        localLengths[i] = 0;
        int length = MessageHeaders.controlLength(header(i));
        int at = 0;
        while (at + MessageHeaders.CONTROL_DATA <= length) {
            long message = control(i) + at;
            int room = MessageHeaders.controlRoom(message);
            if (room < MessageHeaders.CONTROL_DATA) {
                break;
            }
            readControl(i, MessageHeaders.controlLevel(message), MessageHeaders.controlType(message),
                    message + MessageHeaders.CONTROL_DATA);
            at += room;
        }
    }

    private void readControl(int i, int level, int type, long data) {
        if (level == IPPROTO_UDP && type == UDP_GRO) {
            segmentBytes[i] = NativeMemory.getInt(data);
        } else if (level == IPPROTO_IP && type == IP_PKTINFO) {
            localAddresses[i] = data + IPV4_SOURCE;
            localLengths[i] = IPV4_BYTES;
        } else if (level == IPPROTO_IPV6 && type == IPV6_PKTINFO) {
            localAddresses[i] = data;
            localLengths[i] = IPV6_BYTES;
        } else if (level == SOL_SOCKET && type == SO_RXQ_OVFL) {
            overflow = NativeMemory.getInt(data);
        }
    }

    /// Messages received since [#clear].
    public int count() {
        return count;
    }

    /// Whether nothing more can be received.
    public boolean isFull() {
        return count == CAPACITY;
    }

    /// Makes all places free; what was received may be overwritten.
    public void clear() {
        count = 0;
    }

    /// Where the bytes of message `i` are.
    public long address(int i) {
        return payloads + (long) i * PAYLOAD_STRIDE;
    }

    /// How many bytes it has.
    public int length(int i) {
        return MessageHeaders.length(header(i));
    }

    /// When the kernel put several datagrams together: the length of each, the last may be shorter; otherwise 0.
    public int segmentBytes(int i) {
        return segmentBytes[i] < length(i) ? segmentBytes[i] : 0;
    }

    /// How many datagrams message `i` is.
    public int datagrams(int i) {
        int each = segmentBytes(i);
        return each == 0 ? 1 : (length(i) + each - 1) / each;
    }

    /// Whether the message was longer than any datagram may be, and is cut off.
    public boolean isTruncated(int i) {
        return (MessageHeaders.flags(header(i)) & LinuxConstants.MSG_TRUNC) != 0;
    }

    /// The sender's struct sockaddr.
    public long source(int i) {
        return names + (long) i * NAME_BYTES;
    }

    /// Bytes of the sender's struct sockaddr.
    public int sourceLength(int i) {
        return MessageHeaders.nameLength(header(i));
    }

    /// The bytes of the address of this host that it was sent to, if the socket tells.
    public long localAddress(int i) {
        return localAddresses[i];
    }

    /// 4, 16, or 0 when the socket does not tell.
    public int localLength(int i) {
        return localLengths[i];
    }

    /// How many datagrams found the receive buffer of the socket received from last full, since it was opened (32 bits);
    /// 0 also when the last receive brought nothing.
    public int overflow() {
        return overflow;
    }

    /// Gives the memory back.
    public void free() {
        linux.free(memory);
    }

    private long header(int i) {
        return headers + (long) i * MessageHeaders.BYTES;
    }

    private long control(int i) {
        return controls + (long) i * CONTROL_BYTES;
    }
}
