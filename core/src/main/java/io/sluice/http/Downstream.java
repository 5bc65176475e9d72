package io.sluice.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.network.IpText;
import io.sluice.network.ProxyHeader;
import io.sluice.tls.TlsDetails;
import io.sluice.transport.linux.SocketAddresses;

import static io.sluice.transport.linux.LinuxConstants.AF_INET;
import static io.sluice.transport.linux.LinuxConstants.AF_INET6;

/// Who the client of a connection is, and how it came. Confined to its worker's event loop.
final class Downstream {

    private static final String UNIX = "unix:";

    private static final int IPV4_BYTES = 4;

    private static final int IPV6_BYTES = 16;

    private final long number;

    private final long acceptedNanos;

    /// struct sockaddr.
    private final byte[] remote;

    /// struct sockaddr; empty when the kernel did not tell.
    private final byte[] local;

    private final boolean tls;

    private @Nullable String remoteHost;

    private @Nullable TlsDetails details;

    private boolean plainText;

    /// The PROXY protocol header is still to come.
    private boolean awaitsProxyHeader;

    private @Nullable ProxyHeader proxyHeader;

    Downstream(long number, long acceptedNanos, byte[] remote, byte[] local, boolean tls) {
        this.number = number;
        this.acceptedNanos = acceptedNanos;
        this.remote = remote;
        this.local = local;
        this.tls = tls;
    }

    /// `$connection`.
    long number() {
        return number;
    }

    long acceptedNanos() {
        return acceptedNanos;
    }

    boolean isTls() {
        return tls;
    }

    /// The handshake is done.
    void tls(TlsDetails told) {
        details = told;
    }

    /// What the handshake told; null before it, and without TLS.
    @Nullable TlsDetails details() {
        return details;
    }

    /// The client does not speak TLS where it should.
    void plainText() {
        plainText = true;
    }

    boolean isPlainTextOnTls() {
        return plainText;
    }

    /// A PROXY protocol header comes first.
    void expectProxyHeader() {
        awaitsProxyHeader = true;
    }

    boolean awaitsProxyHeader() {
        return awaitsProxyHeader;
    }

    /// The PROXY protocol header is there.
    void proxyHeader(ProxyHeader header) {
        awaitsProxyHeader = false;
        proxyHeader = header;
    }

    /// Whom the peer speaks for; null: for nobody.
    @Nullable ProxyHeader proxyHeader() {
        ProxyHeader header = proxyHeader;
        return header != null && header.hasAddresses() ? header : null;
    }

    /// The client's address, or `unix:`.
    String remoteHost() {
        String known = remoteHost;
        if (known == null) {
            known = host(remote);
            remoteHost = known;
        }
        return known;
    }

    String remotePort() {
        return port(remote);
    }

    String localHost() {
        return host(local);
    }

    String localPort() {
        return port(local);
    }

    /// The bytes of the client's address; null when it came by a unix-domain socket.
    byte @Nullable [] remoteBytes() {
        return bytes(remote);
    }

    /// The address that accepted the connection; null: a unix-domain socket, or unknown.
    Address.@Nullable Ip localAddress() {
        return address(local);
    }

    /// The address in a struct sockaddr; null: it has none.
    static Address.@Nullable Ip address(byte[] sockaddr) {
        byte[] bytes = bytes(sockaddr);
        return bytes == null ? null : new Address.Ip(inetAddress(bytes), portNumber(sockaddr));
    }

    private static int family(byte[] sockaddr) {
        return sockaddr.length < 2 ? 0 : (sockaddr[0] & 0xff) | (sockaddr[1] & 0xff) << 8;
    }

    private static byte @Nullable [] bytes(byte[] sockaddr) {
        return switch (family(sockaddr)) {
            case AF_INET ->
                Arrays.copyOfRange(
                        sockaddr, SocketAddresses.IPV4_ADDRESS, SocketAddresses.IPV4_ADDRESS + IPV4_BYTES);
            case AF_INET6 ->
                Arrays.copyOfRange(
                        sockaddr, SocketAddresses.IPV6_ADDRESS, SocketAddresses.IPV6_ADDRESS + IPV6_BYTES);
            default -> null;
        };
    }

    private static InetAddress inetAddress(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }

    private static String host(byte[] sockaddr) {
        byte[] bytes = bytes(sockaddr);
        if (bytes == null) {
            return sockaddr.length == 0 ? "" : UNIX;
        }
        return IpText.text(bytes);
    }

    private static String port(byte[] sockaddr) {
        return bytes(sockaddr) == null ? "" : Integer.toString(portNumber(sockaddr));
    }

    private static int portNumber(byte[] sockaddr) {
        return (sockaddr[2] & 0xff) << 8 | (sockaddr[3] & 0xff);
    }
}
