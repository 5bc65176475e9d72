package io.sluice.bench.load;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.MessageHeaders;
import io.sluice.transport.linux.NativeMemory;

import static io.sluice.transport.linux.LinuxConstants.IPPROTO_IP;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_UDP;
import static io.sluice.transport.linux.LinuxConstants.IP_PKTINFO;
import static io.sluice.transport.linux.LinuxConstants.MSG_DONTWAIT;
import static io.sluice.transport.linux.LinuxConstants.UDP_SEGMENT;

/// Datagrams and trains of datagrams that leave through one socket by one sendmmsg(2). Confined to the load loop. Nothing
/// allocates.
///
/// The proxies' own way of sending is not used: it joins what follows each other into trains, and a load has to be the
/// same whoever stands in its way.
final class DatagramBurst {

    static final int CAPACITY = 64;

    private static final int CONTROL_STRIDE = 64;

    /// sizeof(struct in_pktinfo).
    private static final int INFO_BYTES = 12;

    /// Where ipi_spec_dst is, the address to send from.
    private static final int INFO_SOURCE = 4;

    /// From everywhere: the kernel chooses the address.
    static final int ANY_SOURCE = 0;

    private final LinuxCalls linux;

    private final long headers = NativeMemory.allocateForever((long) CAPACITY * MessageHeaders.BYTES, 64);

    private final long vectors = NativeMemory.allocateForever((long) CAPACITY * MessageHeaders.VECTOR_BYTES, 64);

    private final long controls = NativeMemory.allocateForever((long) CAPACITY * CONTROL_STRIDE, 64);

    private int count;

    private int errno;

    DatagramBurst(LinuxCalls linux) {
        this.linux = linux;
        for (int i = 0; i < CAPACITY; i++) {
            MessageHeaders.vectors(header(i), vector(i), 1);
        }
    }

    /// How many messages there are.
    int count() {
        return count;
    }

    boolean isFull() {
        return count == CAPACITY;
    }

    /// Adds a message, none of whose memory is copied.
    ///
    /// @param segmentBytes the size of a train's datagrams; a message that is not longer is a single datagram
    /// @param source an IPv4 address as it lies in memory, or [#ANY_SOURCE]
    void add(long address, int length, int segmentBytes, long sockaddr, int sockaddrLength, int source) {
        MessageHeaders.name(header(count), sockaddr, sockaddrLength);
        MessageHeaders.vector(vector(count), address, length);
        long control = control(count);
        int used = 0;
        if (source != ANY_SOURCE) {
            NativeMemory.clear(control + MessageHeaders.CONTROL_DATA, INFO_BYTES);
            NativeMemory.putInt(control + MessageHeaders.CONTROL_DATA + INFO_SOURCE, source);
            used = MessageHeaders.putControl(control, IPPROTO_IP, IP_PKTINFO, INFO_BYTES);
        }
        if (segmentBytes > 0 && segmentBytes < length) {
            NativeMemory.putShort(control + used + MessageHeaders.CONTROL_DATA, (short) segmentBytes);
            used += MessageHeaders.putControl(control + used, IPPROTO_UDP, UDP_SEGMENT, Short.BYTES);
        }
        MessageHeaders.control(header(count), used == 0 ? 0 : control, used);
        count++;
    }

    /// Sends what was added and begins anew.
    ///
    /// @return whether all of it was taken; see [#errno] otherwise
    boolean send(int fd) {
        int sent = 0;
        while (sent < count) {
            int result = linux.sendMessages(fd, header(sent), count - sent, MSG_DONTWAIT);
            if (result <= 0) {
                errno = -result;
                break;
            }
            sent += result;
        }
        boolean whole = sent == count;
        count = 0;
        return whole;
    }

    /// Why the last burst was not taken whole.
    int errno() {
        return errno;
    }

    private long header(int i) {
        return headers + (long) i * MessageHeaders.BYTES;
    }

    private long vector(int i) {
        return vectors + (long) i * MessageHeaders.VECTOR_BYTES;
    }

    private long control(int i) {
        return controls + (long) i * CONTROL_STRIDE;
    }
}
