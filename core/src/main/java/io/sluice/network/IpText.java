package io.sluice.network;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;

/// Reads addresses as nginx does when they come in a header or a variable. Immutable.
public final class IpText {

    private static final int IPV4_BYTES = 4;

    private static final int IPV6_BYTES = 16;

    private static final String MAPPED = "::ffff:";

    private static final int MAX_OCTET = 255;

    private static final int MAX_PORT = 65535;

    // The longest text of an IPv6 address: eight groups, the last two as an IPv4 address.
    private static final int MAX_LENGTH = 45;

    /// An address, and a port when one was written.
    ///
    /// @param address 4 or 16 bytes
    /// @param port 0: none was written
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record AddressAndPort(byte[] address, int port) {}

    private IpText() {}

    /// An IPv4 address in four decimal numbers or an IPv6 address without brackets; null for everything else, which
    /// includes 255.255.255.255. An IPv4 address in IPv6 form stays 16 bytes.
    public static byte @Nullable [] address(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return null;
        }
        return text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
    }

    /// An address as [#address], `192.0.2.1:80` or `[2001:db8::1]:80`; null for everything else.
    public static @Nullable AddressAndPort addressAndPort(String text) {
        byte[] whole = address(text);
        if (whole != null) {
            return new AddressAndPort(whole, 0);
        }
        boolean bracketed = text.startsWith("[");
        int colon = bracketed ? text.indexOf(']') + 1 : text.indexOf(':');
        if (colon <= 0 || colon >= text.length() || text.charAt(colon) != ':') {
            return null;
        }
        int port = number(text, colon + 1, MAX_PORT);
        byte[] address = address(bracketed ? text.substring(1, colon - 1) : text.substring(0, colon));
        return port <= 0 || address == null ? null : new AddressAndPort(address, port);
    }

    /// An address in text, from its 4 or 16 bytes. Java makes an IPv4 address of one in IPv6 form, which a socket of both
    /// families gives; nginx prints it as it came.
    public static String text(byte[] address) {
        try {
            InetAddress made = InetAddress.getByAddress(address);
            return address.length == IPV6_BYTES && made instanceof Inet4Address
                    ? MAPPED + made.getHostAddress()
                    : new Address.Ip(made, 0).hostText();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + address.length + " bytes", e);
        }
    }

    private static byte @Nullable [] ipv4(String text) {
        byte[] address = new byte[IPV4_BYTES];
        int start = 0;
        boolean broadcast = true;
        for (int i = 0; i < IPV4_BYTES; i++) {
            int dot = text.indexOf('.', start);
            int end = dot < 0 ? text.length() : dot;
            if ((dot < 0) != (i == IPV4_BYTES - 1)) {
                return null;
            }
            int octet = number(text.substring(start, end), 0, MAX_OCTET);
            if (octet < 0) {
                return null;
            }
            broadcast &= octet == MAX_OCTET;
            address[i] = (byte) octet;
            start = end + 1;
        }
        return broadcast ? null : address;
    }

    /// The platform reads more than an address (scopes, brackets), so that only an address's characters get there.
    private static byte @Nullable [] ipv6(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ':' && c != '.' && (c > 'f' || Character.digit(c, 16) < 0)) {
                return null;
            }
        }
        try {
            byte[] address = Inet6Address.ofLiteral(text).getAddress();
            return address.length == IPV6_BYTES ? address : mapped(address);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static byte[] mapped(byte[] ipv4) {
        byte[] address = new byte[IPV6_BYTES];
        address[10] = (byte) MAX_OCTET;
        address[11] = (byte) MAX_OCTET;
        System.arraycopy(ipv4, 0, address, IPV6_BYTES - IPV4_BYTES, IPV4_BYTES);
        return address;
    }

    /// The decimal number from `start` to the end; -1 when it is none, or larger than `max`.
    private static int number(String text, int start, int max) {
        int value = start < text.length() ? 0 : -1;
        for (int i = start; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
            if (value > max) {
                return -1;
            }
        }
        return value;
    }
}
