package io.sluice.http;

import org.jspecify.annotations.Nullable;

import io.sluice.session.HttpVariable;
import io.sluice.stream.SessionResources;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.LinuxConstants;
import io.sluice.transport.linux.NativeMemory;

/// What the kernel knows of a client's connection: tcp(7), TCP_INFO. Thread-safe: no state; used on the worker.
final class TcpInfo {

    // Offsets in struct tcp_info.
    private static final int RTT = 68;

    private static final int RTTVAR = 72;

    private static final int SND_CWND = 80;

    private static final int RCV_SPACE = 96;

    private static final int BYTES = 104;

    private TcpInfo() {}

    static @Nullable String value(Exchange exchange, HttpVariable variable) {
        long memory = exchange.resources().loop().scratch();
        return value(variable, memory, exchange.session().channel().tcpInfo(memory, BYTES));
    }

    /// The same of a socket that has left its channel.
    static @Nullable String value(SessionResources resources, StreamSocket socket, HttpVariable variable) {
        long memory = resources.loop().scratch();
        return value(variable, memory, socket.isClosed()
                ? 0
                : resources.linux().socketOption(
                        socket.fd(), LinuxConstants.IPPROTO_TCP, LinuxConstants.TCP_INFO, memory, BYTES));
    }

    private static @Nullable String value(HttpVariable variable, long memory, int length) {
        int offset = switch (variable) {
            case TCPINFO_RTT -> RTT;
            case TCPINFO_RTTVAR -> RTTVAR;
            case TCPINFO_SND_CWND -> SND_CWND;
            case TCPINFO_RCV_SPACE -> RCV_SPACE;
            default -> -1;
        };
        return offset < 0 || length < offset + Integer.BYTES ? null : Integer.toUnsignedString(NativeMemory.getInt(memory + offset));
    }
}
