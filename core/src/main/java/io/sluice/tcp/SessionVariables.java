package io.sluice.tcp;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.session.Outcome;
import io.sluice.session.StreamVariable;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;
import io.sluice.variable.ByteText;
import io.sluice.variable.ProcessVariables;

import static io.sluice.transport.linux.LinuxConstants.AF_UNIX;

/// Reads the variables of a session. Confined to its worker's event loop.
final class SessionVariables {

    private static final String UNIX = "unix:";

    private SessionVariables() {}

    static @Nullable String value(TcpSession session, StreamVariable variable) {
        return switch (variable) {
            case BINARY_REMOTE_ADDR -> binaryRemote(session);
            case REMOTE_ADDR -> remoteHost(session);
            case REMOTE_PORT -> port(remoteAddress(session));
            case SERVER_ADDR -> host(localAddress(session));
            case SERVER_PORT -> port(localAddress(session));
            case SERVER_NAME -> ByteText.of(session.server().name());
            case PROTOCOL -> "TCP";
            case BYTES_SENT -> Long.toString(session.sent());
            case BYTES_RECEIVED -> Long.toString(session.received());
            case SESSION_TIME -> ProcessVariables.secondsAndMillis(session.elapsedMillis());
            case STATUS -> status(session.outcome());
            case SESSION_OUTCOME -> outcome(session.outcome());
            case CONNECTION -> Long.toString(session.number());
            case LIMIT_CONN_STATUS -> session.limitStatus().text();
            case UPSTREAM_ADDR -> attempts(session, attempt -> ByteText.of(attempt.address));
            case UPSTREAM_BYTES_SENT -> attempts(session, attempt -> bytes(session, attempt, session.upstreamSent()));
            case UPSTREAM_BYTES_RECEIVED ->
                attempts(session, attempt -> bytes(session, attempt, session.upstreamReceived()));
            case UPSTREAM_CONNECT_TIME -> attempts(session, attempt -> time(attempt.connectNanos));
            case UPSTREAM_FIRST_BYTE_TIME -> attempts(session, attempt -> time(attempt.firstByteNanos));
            case UPSTREAM_SESSION_TIME -> attempts(session, attempt -> time(attempt.sessionNanos));
            default -> session.resources().processVariables().value(variable);
        };
    }

    /// The downstream address with its port, as nginx prints it in messages.
    static String remote(TcpSession session) {
        SocketAddress address = remoteAddress(session);
        String host = host(address);
        if (!(address instanceof InetSocketAddress)) {
            return host;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port(address);
    }

    static String remoteHost(TcpSession session) {
        return host(remoteAddress(session));
    }

    private static SocketAddress remoteAddress(TcpSession session) {
        byte[] raw = session.remoteAddress();
        long memory = session.resources().loop().addressScratch();
        NativeMemory.put(memory, raw, 0, raw.length);
        return SocketAddresses.get(memory, raw.length);
    }

    /// Asked of the kernel when it is wanted: a wildcard listener does not know it, and few configurations want it.
    private static SocketAddress localAddress(TcpSession session) {
        long memory = session.resources().loop().addressScratch();
        int length = session.resources().linux().socketName(
                session.downstream().fd(), memory, SocketAddresses.MAX_BYTES);
        return length < 0 ? UnixDomainSocketAddress.of("") : SocketAddresses.get(memory, length);
    }

    private static String host(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress ip -> new Address.Ip(ip.getAddress(), ip.getPort()).hostText();
            case UnixDomainSocketAddress unix -> ByteText.of(UNIX + unix.getPath());
            default -> throw new IllegalStateException("not a stream socket's address: " + address);
        };
    }

    private static @Nullable String port(SocketAddress address) {
        return address instanceof InetSocketAddress ip ? Integer.toString(ip.getPort()) : null;
    }

    /// The address's bytes, or `unix:`; nginx uses it as a short key.
    private static String binaryRemote(TcpSession session) {
        byte[] raw = session.remoteAddress();
        long memory = session.resources().loop().addressScratch();
        NativeMemory.put(memory, raw, 0, raw.length);
        if (SocketAddresses.family(memory) == AF_UNIX) {
            return UNIX;
        }
        byte[] address = ((InetSocketAddress) SocketAddresses.get(memory, raw.length)).getAddress().getAddress();
        StringBuilder text = new StringBuilder(address.length);
        for (byte b : address) {
            text.append((char) (b & 0xff));
        }
        return text.toString();
    }

    private static @Nullable String status(@Nullable Outcome outcome) {
        return outcome == null ? "000" : Integer.toString(outcome.status());
    }

    private static @Nullable String outcome(@Nullable Outcome outcome) {
        return outcome == null ? null : outcome.label();
    }

    private static String bytes(TcpSession session, Attempt attempt, long ofTheLast) {
        return attempt == session.attempt() ? Long.toString(ofTheLast) : "0";
    }

    private static String time(long nanos) {
        return nanos == Attempt.NEVER
                ? "-"
                : ProcessVariables.secondsAndMillis(TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    private static @Nullable String attempts(TcpSession session, Function<Attempt, String> what) {
        List<String> values = new ArrayList<>();
        for (Attempt attempt = session.attempt(); attempt != null; attempt = attempt.previous) {
            values.addFirst(what.apply(attempt));
        }
        return values.isEmpty() ? null : String.join(", ", values);
    }
}
