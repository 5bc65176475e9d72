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
/// together itself. Where it refuses (the route's MTU is smaller, the device cannot), they go out one by one, and so do
/// later ones that are as long or longer. Nothing is waited for: what finds the socket's buffer full is dropped, as any
/// router would. Nothing allocates.
///
///     queue.to(sockaddr, localAddress);            // once for each destination, not for a connected socket
///     queue.add(address, length, segmentBytes);
///     int errno = queue.flush(socket);             // the first error, 0 if none
public final class DatagramQueue {

    /// Messages, and vectors, that it holds at most.
    public static final int CAPACITY = 64;

    /// What one call may send cut up: the packet before it is cut has 16 bits for its length, IPv6 and UDP headers included.
    private static final int MAX_TRAIN_BYTES = 65_535 - 40 - 8;

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

    /// Of the datagrams of each message, all but the last, which may be shorter.
    private final int[] segmentBytes = new int[CAPACITY];

    private final int[] datagrams = new int[CAPACITY];

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

    /// What [DatagramSocket#refusedSegmentBytes] is about, of the socket that is flushed.
    private int refusedSegmentBytes = Integer.MAX_VALUE;

    private int dropped;

    private long droppedBytes;

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

    /// Adds a datagram, or a batch of them of `segment` bytes each (0: a single one). There must be room: see [#isFull].
    public void add(long address, int length, int segment) {
        int each = segment > 0 ? Math.min(segment, length) : length;
        int number = each == 0 ? 1 : (length + each - 1) / each;
        long vector = vector(vectorCount++);
        MessageHeaders.vector(vector, address, length);
        if (extensible && extend(length, each, number)) {
            return;
        }
        int i = count++;
        MessageHeaders.vectors(header(i), vector, 1);
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
        segmentBytes[i] = each;
        datagrams[i] = number;
        bytes[i] = length;
        extensible = length > 0 && length == number * each;
    }

    /// Puts datagrams to the last message, whose own all have the same length, if they have too and are not longer.
    private boolean extend(int length, int each, int number) {
        int last = count - 1;
        boolean fits = each == segmentBytes[last] || (number == 1 && each < segmentBytes[last]);
        if (!fits
                || length == 0
                || datagrams[last] + number > MAX_TRAIN_SEGMENTS
                || bytes[last] + length > MAX_TRAIN_BYTES) {
            return false;
        }
        datagrams[last] += number;
        bytes[last] += length;
        long header = header(last);
        MessageHeaders.vectors(header, MessageHeaders.vectors(header), MessageHeaders.vectorCount(header) + 1);
        extensible = bytes[last] == datagrams[last] * segmentBytes[last];
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
    /// A connected socket's error is its remote end's, brought by ICMP: nothing more is sent then.
    ///
    /// @return the first error met, 0: none. Whatever it is, the queue is empty then.
    public int flush(DatagramSocket socket) {
        refusedSegmentBytes = socket.refusedSegmentBytes;
        int error = flush(socket.fd());
        socket.refusedSegmentBytes = refusedSegmentBytes;
        return error;
    }

    /// As [#flush(DatagramSocket)], for a descriptor of which nothing is remembered.
    public int flush(int fd) {
        for (int i = 0; i < count; i++) {
            prepare(i);
        }
        int error = 0;
        int at = 0;
        while (at < count) {
            if (isRefusedTrain(at)) {
                int failed = sendSingly(fd, at++);
                error = error == 0 ? failed : error;
                continue;
            }
            int sent = send(fd, at);
            if (sent > 0) {
                at += sent;
                continue;
            }
            int failed = sent == 0 ? Errno.EAGAIN : -sent;
            if (datagrams[at] > 1 && isAboutSegments(failed)) {
                failed = sendSingly(fd, at++);
            } else if (failed == Errno.EAGAIN || (name == null && isRemote(failed))) {
                drop(at, count);
                at = count;
            } else {
                drop(at, at + 1);
                at++;
            }
            error = error == 0 ? failed : error;
        }
        clear();
        return error;
    }

    private void prepare(int i) {
        int control = controlBytes[i];
        if (datagrams[i] > 1) {
            long message = control(i) + control;
            control += MessageHeaders.putControl(message, IPPROTO_UDP, UDP_SEGMENT, Short.BYTES);
            NativeMemory.putShort(message + MessageHeaders.CONTROL_DATA, (short) segmentBytes[i]);
        }
        MessageHeaders.control(header(i), control == 0 ? 0 : control(i), control);
    }

    private boolean isRefusedTrain(int i) {
        return datagrams[i] > 1 && segmentBytes[i] >= refusedSegmentBytes;
    }

    /// Sends messages from `at` on, up to one that has to be cut up; one by the cheapest call.
    private int send(int fd, int at) {
        int end = at + 1;
        while (end < count && !isRefusedTrain(end)) {
            end++;
        }
        if (end - at > 1) {
            return linux.sendMessages(fd, header(at), end - at, LinuxConstants.MSG_DONTWAIT);
        }
        long header = header(at);
        int result;
        if (datagrams[at] == 1 && MessageHeaders.name(header) == 0) {
            long address = MessageHeaders.vectorAddress(MessageHeaders.vectors(header));
            result = linux.send(fd, address, bytes[at], LinuxConstants.MSG_DONTWAIT);
        } else {
            result = linux.sendMessage(fd, header, LinuxConstants.MSG_DONTWAIT);
        }
        return result < 0 ? result : 1;
    }

    private void drop(int from, int to) {
        for (int i = from; i < to; i++) {
            dropped += datagrams[i];
            droppedBytes += bytes[i];
        }
    }

    /// The device or the route does not take what is to be cut up; EIO: no checksum offload, EINVAL and EMSGSIZE: the
    /// pieces are longer than the MTU.
    private static boolean isAboutSegments(int errno) {
        return errno == Errno.EINVAL || errno == Errno.EIO || errno == Errno.EMSGSIZE || errno == Errno.EOPNOTSUPP;
    }

    private static boolean isRemote(int errno) {
        return switch (errno) {
            case Errno.ECONNREFUSED, Errno.EHOSTUNREACH, Errno.ENETUNREACH, Errno.EHOSTDOWN, Errno.ENETDOWN -> true;
            default -> false;
        };
    }

    /// Sends a message's datagrams one by one, through a header of its own place. If any leaves, it was for the train's
    /// sake that the message was refused, which is remembered.
    private int sendSingly(int fd, int i) {
        long header = header(i);
        long first = MessageHeaders.vectors(header);
        int vectorsOfIt = MessageHeaders.vectorCount(header);
        MessageHeaders.control(header, controlBytes[i] == 0 ? 0 : control(i), controlBytes[i]);
        int error = 0;
        int left = 0;
        for (int v = 0; v < vectorsOfIt; v++) {
            long vector = first + (long) v * MessageHeaders.VECTOR_BYTES;
            long address = MessageHeaders.vectorAddress(vector);
            long end = address + MessageHeaders.vectorLength(vector);
            MessageHeaders.vectors(header, vector, 1);
            while (address < end) {
                int length = (int) Math.min(segmentBytes[i], end - address);
                MessageHeaders.vector(vector, address, length);
                int sent = linux.sendMessage(fd, header, LinuxConstants.MSG_DONTWAIT);
                if (sent < 0) {
                    dropped++;
                    droppedBytes += length;
                    error = error == 0 ? -sent : error;
                } else {
                    left++;
                }
                address += length;
            }
        }
        if (left > 0) {
            refusedSegmentBytes = Math.min(refusedSegmentBytes, segmentBytes[i]);
        }
        return error;
    }

    /// Forgets what is queued.
    public void clear() {
        count = 0;
        vectorCount = 0;
        extensible = false;
    }

    /// How many datagrams could not be sent since the last time this was asked.
    public int takeDropped() {
        int number = dropped;
        dropped = 0;
        return number;
    }

    /// How many bytes those had, since the last time this was asked.
    public long takeDroppedBytes() {
        long number = droppedBytes;
        droppedBytes = 0;
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
