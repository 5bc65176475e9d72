package io.sluice.stream;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.network.ProxyHeader;
import io.sluice.session.HttpVariable;
import io.sluice.session.Outcome;
import io.sluice.session.StreamVariable;
import io.sluice.tls.TlsDetails;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;
import io.sluice.variable.ByteText;
import io.sluice.variable.ProcessVariables;

import static io.sluice.transport.linux.LinuxConstants.AF_INET;
import static io.sluice.transport.linux.LinuxConstants.AF_INET6;
import static io.sluice.transport.linux.LinuxConstants.AF_UNIX;

/// Reads the variables of a session. Confined to its worker's event loop.
final class SessionVariables {

    private static final String UNIX = "unix:";

    private static final String MAPPED = "::ffff:";

    /// The variables of TLS, which http has too.
    private static final Map<StreamVariable, HttpVariable> OF_TLS = ofTls();

    private static final int IPV4_BYTES = 4;

    private static final int IPV6_BYTES = 16;

    private SessionVariables() {}

    private static Map<StreamVariable, HttpVariable> ofTls() {
        Map<StreamVariable, HttpVariable> same = new EnumMap<>(StreamVariable.class);
        for (StreamVariable variable : StreamVariable.values()) {
            if (variable.group() == StreamVariable.Group.SSL) {
                same.put(variable, HttpVariable.valueOf(variable.name()));
            }
        }
        return same;
    }

    static @Nullable String value(StreamSession session, StreamVariable variable) {
        if (variable.group() == StreamVariable.Group.SSL) {
            TlsDetails details = session.tls();
            HttpVariable same = OF_TLS.get(variable);
            return details == null || same == null ? null : details.value(same);
        }
        return switch (variable) {
            case BINARY_REMOTE_ADDR -> binaryRemote(session);
            case REMOTE_ADDR -> remoteHost(session);
            case REMOTE_PORT -> remotePort(session);
            case REALIP_REMOTE_ADDR -> host(stored(session, session.client().peer()), session.client().peer().length);
            case REALIP_REMOTE_PORT -> port(stored(session, session.client().peer()));
            case PROXY_PROTOCOL_ADDR -> header(session, ProxyHeader::source);
            case PROXY_PROTOCOL_PORT -> header(session, told -> Integer.toString(told.sourcePort()));
            case PROXY_PROTOCOL_SERVER_ADDR -> header(session, ProxyHeader::destination);
            case PROXY_PROTOCOL_SERVER_PORT -> header(session, told -> Integer.toString(told.destinationPort()));
            case SERVER_ADDR -> localHost(session);
            case SERVER_PORT -> localPort(session);
            case SERVER_NAME -> ByteText.of(session.server().name());
            case PROTOCOL -> session.protocol().name();
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

    /// A field of the PROXY protocol header.
    static @Nullable String tlv(StreamSession session, String name) {
        ProxyHeader told = session.client().header();
        return told == null ? null : told.tlv(name);
    }

    private static @Nullable String header(StreamSession session, Function<ProxyHeader, String> what) {
        ProxyHeader told = session.client().header();
        return told == null ? null : what.apply(told);
    }

    /// The header of the PROXY protocol, version 1, that tells a peer of the session's client.
    static byte[] proxyHeader(StreamSession session) {
        long memory = session.resources().loop().addressScratch();
        int family = SocketAddresses.family(storedRemote(session));
        if ((family != AF_INET && family != AF_INET6) || session.storeLocalAddress(memory) <= 0) {
            return "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.ISO_8859_1);
        }
        return ("PROXY " + (family == AF_INET ? "TCP4 " : "TCP6 ") + remoteHost(session) + ' ' + localHost(session) + ' '
                + remotePort(session) + ' ' + localPort(session) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The downstream address with its port, as nginx prints it in messages.
    static String remote(StreamSession session) {
        String host = remoteHost(session);
        String port = remotePort(session);
        if (port.isEmpty()) {
            return host;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    static String remoteHost(StreamSession session) {
        return host(storedRemote(session), session.remoteAddress().length);
    }

    private static String remotePort(StreamSession session) {
        return port(storedRemote(session));
    }

    /// The address's bytes, or `unix:`; nginx uses it as a short key.
    private static String binaryRemote(StreamSession session) {
        long memory = storedRemote(session);
        return switch (SocketAddresses.family(memory)) {
            case AF_INET -> latin1(session.remoteAddress(), SocketAddresses.IPV4_ADDRESS, IPV4_BYTES);
            case AF_INET6 -> latin1(session.remoteAddress(), SocketAddresses.IPV6_ADDRESS, IPV6_BYTES);
            default -> UNIX;
        };
    }

    private static String latin1(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }

    /// The downstream address in the loop's scratch memory.
    private static long storedRemote(StreamSession session) {
        return stored(session, session.remoteAddress());
    }

    private static long stored(StreamSession session, byte[] raw) {
        long memory = session.resources().loop().addressScratch();
        NativeMemory.put(memory, raw, 0, raw.length);
        return memory;
    }

    private static String localHost(StreamSession session) {
        long memory = session.resources().loop().addressScratch();
        int length = session.storeLocalAddress(memory);
        return length < 0 ? "" : host(memory, length);
    }

    private static String localPort(StreamSession session) {
        long memory = session.resources().loop().addressScratch();
        return session.storeLocalAddress(memory) < 0 ? "" : port(memory);
    }

    private static String host(long memory, int length) {
        return switch (SocketAddresses.get(memory, length)) {
            case InetSocketAddress ip when isMapped(memory, ip) -> MAPPED + ip.getAddress().getHostAddress();
            case InetSocketAddress ip -> new Address.Ip(ip.getAddress(), ip.getPort()).hostText();
            case UnixDomainSocketAddress unix -> ByteText.of(UNIX + unix.getPath());
            case SocketAddress other -> throw new IllegalStateException("not a stream socket's address: " + other);
        };
    }

    /// Java makes an IPv4 address of one in IPv6 form, which a socket of both families gives; nginx prints it as it came.
    private static boolean isMapped(long memory, InetSocketAddress ip) {
        return SocketAddresses.family(memory) == AF_INET6 && ip.getAddress() instanceof Inet4Address;
    }

    /// Empty for a unix-domain socket.
    private static String port(long memory) {
        return SocketAddresses.family(memory) == AF_UNIX ? "" : Integer.toString(SocketAddresses.port(memory));
    }

    private static @Nullable String status(@Nullable Outcome outcome) {
        return outcome == null ? "000" : Integer.toString(outcome.status());
    }

    private static @Nullable String outcome(@Nullable Outcome outcome) {
        return outcome == null ? null : outcome.label();
    }

    private static String bytes(StreamSession session, Attempt attempt, long ofTheLast) {
        return attempt == session.attempt() ? Long.toString(ofTheLast) : "0";
    }

    private static String time(long nanos) {
        return nanos == Attempt.NEVER
                ? "-"
                : ProcessVariables.secondsAndMillis(TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    private static @Nullable String attempts(StreamSession session, Function<Attempt, String> what) {
        List<String> values = new ArrayList<>();
        for (Attempt attempt = session.attempt(); attempt != null; attempt = attempt.previous) {
            values.addFirst(what.apply(attempt));
        }
        return values.isEmpty() ? null : String.join(", ", values);
    }
}
