package io.sluice.transport;

import org.jspecify.annotations.Nullable;

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
import static io.sluice.transport.linux.LinuxConstants.UDP_SEGMENT;

/// Datagrams that leave through one socket in few calls. Confined to its worker's event loop.
///
/// Bytes are not copied; they have to stay where they are until [#flush]. Datagrams of the same length that follow each
/// other to one destination become one message that the kernel cuts up (UDP_SEGMENT, udp(7)), as do batches that it put
/// together itself. Where it refuses (the route's MTU is smaller, the device cannot), they go out one by one and no
/// longer ones are put together any more. Nothing is waited for: what finds the socket's buffer full is dropped, as any
/// router would. Nothing allocates.
///
///     queue.to(sockaddr, localAddress);            // once for each destination, not for a connected socket
///     queue.add(address, length, segmentBytes);
///     int errno = queue.flush(fd);                 // the first error, 0 if none
public final class DatagramQueue {

    /// Messages, and vectors, that it holds at most.
    public static final int CAPACITY = 64;

    /// What one call may send cut up: the IP packet before it is cut has 16 bits for its length.
    private static final int MAX_TRAIN_BYTES = 65_000;

    /// UDP_MAX_SEGMENTS of the kernels that have the smaller limit.
    private static final int MAX_TRAIN_SEGMENTS = 64;

    private static final int NAME_BYTES = 32;

    private static final int CONTROL_BYTES = 64;

    private static final int IPV4_INFO_BYTES = 12;

    private static final int IPV4_SOURCE = 4;

    private static final int IPV6_INFO_BYTES = 20;

    private static final int IPV6_ADDRESS_BYTES = 16;

    private final LinuxCalls linux;

    private final long memory;

    private final long headers;

    private final long vectors;

    private final long names;

    private final long controls;

    private final int[] segmentBytes = new int[CAPACITY];

    private final int[] bytes = new int[CAPACITY];

    /// Room that the control messages before UDP_SEGMENT take.
    private final int[] controlBytes = new int[CAPACITY];

    private int count;

    private int vectorCount;

    /// The last message takes more datagrams like it.
    private boolean extensible;

    /// The destination of the datagrams that follow; null: the socket is connected.
    private byte @Nullable [] name;

    private byte @Nullable [] local;

    private int maxSegmentBytes = MAX_TRAIN_BYTES;

    private int dropped;

    /// Takes some 12 KiB of native memory.
    public DatagramQueue(LinuxCalls linux) {
        this.linux = linux;
        this.memory = linux.allocate(
                CAPACITY * (long) (MessageHeaders.BYTES + MessageHeaders.VECTOR_BYTES + NAME_BYTES + CONTROL_BYTES));
        this.headers = memory;
        this.vectors = headers + (long) CAPACITY * MessageHeaders.BYTES;
        this.names = vectors + (long) CAPACITY * MessageHeaders.VECTOR_BYTES;
        this.controls = names + (long) CAPACITY * NAME_BYTES;
    }

    /// Sets where datagrams go that are added from now on.
    ///
    /// @param sockaddr struct sockaddr of the destination; not copied
    /// @param source the bytes of the address that they come from, 4 or 16; null: the socket's own
    public void to(byte[] sockaddr, byte @Nullable [] source) {
        if (sockaddr != name || source != local) {
            name = sockaddr;
            local = source;
            extensible = false;
        }
    }

    /// Whether another datagram can be added before a [#flush].
    public boolean isFull() {
        return vectorCount == CAPACITY;
    }

    /// Whether there is nothing to send.
    public boolean isEmpty() {
        return count == 0;
    }

    /// Adds a datagram, or a batch of them of `segment` bytes each (0: a single one).
    public void add(long address, int length, int segment) {
        MessageHeaders.vector(vector(vectorCount), address, length);
        if (extensible && segment == 0 && extend(length)) {
            vectorCount++;
            return;
        }
        int i = count++;
        MessageHeaders.vectors(header(i), vector(vectorCount), 1);
        vectorCount++;
        controlBytes[i] = 0;
        if (name == null) {
            MessageHeaders.name(header(i), 0, 0);
        } else {
            NativeMemory.put(name(i), name, 0, name.length);
            MessageHeaders.name(header(i), name(i), name.length);
            if (local != null) {
                controlBytes[i] = putSource(control(i), local);
            }
        }
        segmentBytes[i] = segment;
        bytes[i] = length;
        extensible = segment == 0 && length > 0 && length <= maxSegmentBytes;
    }

    /// Puts the datagram to the last message, if all before it have the same length and it is not longer.
    private boolean extend(int length) {
        int last = count - 1;
        int vectorsOfLast = MessageHeaders.vectorCount(header(last));
        int each = vectorsOfLast == 1 ? bytes[last] : segmentBytes[last];
        if (length > each
                || length == 0
                || vectorsOfLast == MAX_TRAIN_SEGMENTS
                || bytes[last] + length > MAX_TRAIN_BYTES) {
            return false;
        }
        segmentBytes[last] = each;
        bytes[last] += length;
        MessageHeaders.vectors(header(last), MessageHeaders.vectors(header(last)), vectorsOfLast + 1);
        extensible = length == each;
        return true;
    }

    private static int putSource(long control, byte[] source) {
        if (source.length == IPV6_ADDRESS_BYTES) {
            NativeMemory.clear(control, MessageHeaders.CONTROL_DATA + IPV6_INFO_BYTES);
            NativeMemory.put(control + MessageHeaders.CONTROL_DATA, source, 0, source.length);
            return MessageHeaders.putControl(control, IPPROTO_IPV6, IPV6_PKTINFO, IPV6_INFO_BYTES);
        }
        NativeMemory.clear(control, MessageHeaders.CONTROL_DATA + IPV4_INFO_BYTES);
        NativeMemory.put(control + MessageHeaders.CONTROL_DATA + IPV4_SOURCE, source, 0, source.length);
        return MessageHeaders.putControl(control, IPPROTO_IP, IP_PKTINFO, IPV4_INFO_BYTES);
    }

    /// Sends everything, without waiting.
    ///
    /// @return the first error met, 0: none. Whatever it is, the queue is empty then.
    public int flush(int fd) {
        if (isPlain()) {
            return sendPlain(fd);
        }
        for (int i = 0; i < count; i++) {
            int control = controlBytes[i];
            if (segmentBytes[i] > 0) {
                long message = control(i) + control;
                control += MessageHeaders.putControl(message, IPPROTO_UDP, UDP_SEGMENT, Short.BYTES);
                NativeMemory.putShort(message + MessageHeaders.CONTROL_DATA, (short) segmentBytes[i]);
            }
            MessageHeaders.control(header(i), control == 0 ? 0 : control(i), control);
        }
        int error = 0;
        int at = 0;
        while (at < count) {
            int sent = linux.sendMessages(fd, header(at), count - at, LinuxConstants.MSG_DONTWAIT);
            if (sent > 0) {
                at += sent;
                continue;
            }
            int failed = sent == 0 ? Errno.EAGAIN : -sent;
            if (segmentBytes[at] > 0 && isAboutSegments(failed)) {
                failed = sendSegments(fd, at);
            } else {
                dropped++;
            }
            at++;
            error = error == 0 ? failed : error;
        }
        clear();
        return error;
    }

    /// One datagram of a connected socket, which is most of what small requests and answers are: the cheapest call.
    private boolean isPlain() {
        return count == 1 && name == null && segmentBytes[0] == 0;
    }

    private int sendPlain(int fd) {
        int sent = linux.send(
                fd, MessageHeaders.vectorAddress(vector(0)), MessageHeaders.vectorLength(vector(0)),
                LinuxConstants.MSG_DONTWAIT);
        clear();
        if (sent < 0) {
            dropped++;
        }
        return Math.max(0, -sent);
    }

    /// The device or the route does not take what is to be cut up; EIO: no checksum offload, EINVAL and EMSGSIZE: the
    /// pieces are longer than the MTU.
    private static boolean isAboutSegments(int errno) {
        return errno == Errno.EINVAL || errno == Errno.EIO || errno == Errno.EMSGSIZE || errno == Errno.EOPNOTSUPP;
    }

    /// Sends a message's datagrams one by one, through a header of its own place, and learns from it.
    private int sendSegments(int fd, int i) {
        maxSegmentBytes = Math.min(maxSegmentBytes, segmentBytes[i] - 1);
        long header = header(i);
        long first = MessageHeaders.vectors(header);
        int vectorsOfIt = MessageHeaders.vectorCount(header);
        MessageHeaders.control(header, controlBytes[i] == 0 ? 0 : control(i), controlBytes[i]);
        int error = 0;
        for (int v = 0; v < vectorsOfIt; v++) {
            long vector = first + (long) v * MessageHeaders.VECTOR_BYTES;
            long address = MessageHeaders.vectorAddress(vector);
            long end = address + MessageHeaders.vectorLength(vector);
            MessageHeaders.vectors(header, vector, 1);
            while (address < end) {
                int length = (int) Math.min(segmentBytes[i], end - address);
                MessageHeaders.vector(vector, address, length);
                int sent = linux.sendMessages(fd, header, 1, LinuxConstants.MSG_DONTWAIT);
                if (sent <= 0) {
                    dropped++;
                    error = error == 0 ? Math.max(-sent, Errno.EAGAIN) : error;
                }
                address += length;
            }
        }
        return error;
    }

    /// Forgets what is queued.
    public void clear() {
        count = 0;
        vectorCount = 0;
        extensible = false;
    }

    /// How many messages could not be sent since the last time this was asked.
    public int takeDropped() {
        int number = dropped;
        dropped = 0;
        return number;
    }

    /// Gives the memory back.
    public void free() {
        linux.free(memory);
    }

    private long header(int i) {
        return headers + (long) i * MessageHeaders.BYTES;
    }

    private long vector(int i) {
        return vectors + (long) i * MessageHeaders.VECTOR_BYTES;
    }

    private long name(int i) {
        return names + (long) i * NAME_BYTES;
    }

    private long control(int i) {
        return controls + (long) i * CONTROL_BYTES;
    }
}
