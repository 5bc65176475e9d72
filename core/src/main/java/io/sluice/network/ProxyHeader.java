package io.sluice.network;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// The header of the PROXY protocol that a connection begins with: whom the peer speaks for. Immutable.
///
///     switch (ProxyHeader.read(bytes, length)) {
///         case Incomplete _ -> readMore();
///         case Broken broken -> log(broken.message());
///         case Complete complete -> use(complete.header(), complete.length());   // the connection's own bytes follow
///     }
///
/// Versions 1 and 2, <https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt>; of contrary readings nginx's.
public final class ProxyHeader {

    /// The longest header that is read, as in nginx.
    public static final int MAX_BYTES = 4096;

    private static final int MAX_V1_BYTES = 107;

    private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.ISO_8859_1);

    private static final byte[] V2 = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

    private static final int V2_FIXED_BYTES = 16;

    private static final int TLV_FIXED_BYTES = 3;

    private static final int SSL = 0x20;

    // Flags and result of the verification stand before the parts.
    private static final int SSL_FIXED_BYTES = 5;

    private static final int MAX_PORT = 65535;

    /// Nobody is spoken for: `UNKNOWN`, a health check, or no connection of TCP.
    private static final ProxyHeader NOBODY = new ProxyHeader("", 0, "", 0, new byte[0]);

    private final String source;

    private final int sourcePort;

    private final String destination;

    private final int destinationPort;

    private final byte[] tlvs;

    /// What the bytes at the beginning of a connection are.
    public sealed interface Reading {}

    /// The beginning of a header.
    public record Incomplete() implements Reading {}

    /// No header.
    ///
    /// @param message for the error log, in nginx's words
    public record Broken(String message) implements Reading {}

    /// A header.
    ///
    /// @param length its bytes
    public record Complete(ProxyHeader header, int length) implements Reading {}

    private static final Reading INCOMPLETE = new Incomplete();

    private ProxyHeader(String source, int sourcePort, String destination, int destinationPort, byte[] tlvs) {
        this.source = source;
        this.sourcePort = sourcePort;
        this.destination = destination;
        this.destinationPort = destinationPort;
        this.tlvs = tlvs;
    }

    /// Reads what has come so far.
    ///
    /// @param length how many of `bytes` have come; what follows the header is not looked at
    public static Reading read(byte[] bytes, int length) {
        if (startsLike(V2, bytes, length)) {
            return length < V2_FIXED_BYTES ? INCOMPLETE : readV2(bytes, length);
        }
        if (!startsLike(V1, bytes, length)) {
            return broken(bytes, length);
        }
        int end = lineEnd(bytes, Math.min(length, MAX_V1_BYTES));
        if (end < 0) {
            return length < MAX_V1_BYTES ? INCOMPLETE : broken(bytes, length);
        }
        ProxyHeader header = readV1(new String(bytes, V1.length, end - V1.length, StandardCharsets.ISO_8859_1));
        return header == null ? broken(bytes, length) : new Complete(header, end + 2);
    }

    private static boolean startsLike(byte[] beginning, byte[] bytes, int length) {
        int known = Math.min(length, beginning.length);
        return Arrays.equals(beginning, 0, known, bytes, 0, known);
    }

    /// The index of CR LF; -1: not there yet.
    private static int lineEnd(byte[] bytes, int length) {
        for (int i = V1.length; i + 1 < length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static Reading broken(byte[] bytes, int length) {
        int end = 0;
        while (end < Math.min(length, MAX_V1_BYTES) && bytes[end] != '\r' && bytes[end] != '\n') {
            end++;
        }
        StringBuilder text = new StringBuilder("broken header: \"");
        for (int i = 0; i < end; i++) {
            int b = bytes[i] & 0xff;
            if (b >= ' ' && b < 0x7f) {
                text.append((char) b);
            } else {
                text.append(String.format(Locale.ROOT, "\\x%02X", b));
            }
        }
        return new Broken(text.append('"').toString());
    }

    private static @Nullable ProxyHeader readV1(String line) {
        if (line.startsWith("UNKNOWN")) {
            return NOBODY;
        }
        String[] words = line.split(" ", -1);
        if (words.length != 5 || !(words[0].equals("TCP4") || words[0].equals("TCP6"))) {
            return null;
        }
        int from = port(words[3]);
        int to = port(words[4]);
        return isAddress(words[1]) && isAddress(words[2]) && from >= 0 && to >= 0
                ? new ProxyHeader(words[1], from, words[2], to, new byte[0])
                : null;
    }

    private static boolean isAddress(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c == ':' || c == '.' || (c <= 'f' && Character.digit(c, 16) >= 0));
    }

    /// -1: none.
    private static int port(String text) {
        int value = text.isEmpty() ? -1 : 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            value = digit < 0 || digit > 9 || value < 0 ? -1 : value * 10 + digit;
            if (value < 0 || value > MAX_PORT) {
                return -1;
            }
        }
        return value;
    }

    private static Reading readV2(byte[] bytes, int length) {
        int version = (bytes[12] & 0xff) >> 4;
        if (version != 2) {
            return new Broken("unknown PROXY protocol version: " + version);
        }
        int end = V2_FIXED_BYTES + number(bytes, 14, 2);
        if (end > MAX_BYTES) {
            return new Broken("header is too large");
        }
        if (length < end) {
            return INCOMPLETE;
        }
        boolean proxied = (bytes[12] & 0xf) == 1;
        boolean stream = (bytes[13] & 0xf) == 1;
        int addressBytes = switch (bytes[13] >> 4) {
            case 1 -> 4;
            case 2 -> 16;
            default -> 0;
        };
        if (!proxied || !stream || addressBytes == 0) {
            return new Complete(NOBODY, end);
        }
        int ports = V2_FIXED_BYTES + 2 * addressBytes;
        if (ports + 4 > end) {
            return new Broken("broken PROXY protocol header");
        }
        return new Complete(
                new ProxyHeader(
                        address(bytes, V2_FIXED_BYTES, addressBytes), number(bytes, ports, 2),
                        address(bytes, V2_FIXED_BYTES + addressBytes, addressBytes), number(bytes, ports + 2, 2),
                        Arrays.copyOfRange(bytes, ports + 4, end)),
                end);
    }

    private static String address(byte[] bytes, int at, int length) {
        return IpText.text(Arrays.copyOfRange(bytes, at, at + length));
    }

    private static int number(byte[] bytes, int at, int count) {
        int value = 0;
        for (int i = at; i < at + count; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    /// Whether a client is spoken for.
    public boolean hasAddresses() {
        return !source.isEmpty();
    }

    /// `$proxy_protocol_addr`: the client's address; empty: nobody is spoken for.
    public String source() {
        return source;
    }

    /// `$proxy_protocol_port`.
    public int sourcePort() {
        return sourcePort;
    }

    /// `$proxy_protocol_server_addr`: where the client had connected to.
    public String destination() {
        return destination;
    }

    /// `$proxy_protocol_server_port`.
    public int destinationPort() {
        return destinationPort;
    }

    /// The client as [IpText#addressAndPort] reads it.
    public String sourceAndPort() {
        String host = source.indexOf(':') < 0 ? source : "[" + source + "]";
        return sourcePort == 0 ? source : host + ":" + sourcePort;
    }

    /// `$proxy_protocol_tlv_name`: a field of version 2, as bytes; null: it is not there, or broken.
    ///
    /// @param name `alpn`, `ssl_cn`, `0xea` and so on, in lower case
    public @Nullable String tlv(String name) {
        if (name.startsWith("ssl_")) {
            byte[] ssl = find(tlvs, 0, SSL);
            if (ssl == null || ssl.length < SSL_FIXED_BYTES) {
                return null;
            }
            if (name.equals("ssl_verify")) {
                return Integer.toUnsignedString(number(ssl, 1, 4));
            }
            return text(find(ssl, SSL_FIXED_BYTES, sslType(name)));
        }
        return text(find(tlvs, 0, type(name)));
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static int sslType(String name) {
        return switch (name) {
            case "ssl_version" -> 0x21;
            case "ssl_cn" -> 0x22;
            case "ssl_cipher" -> 0x23;
            case "ssl_sig_alg" -> 0x24;
            case "ssl_key_alg" -> 0x25;
            default -> -1;
        };
    }

    private static int type(String name) {
        return switch (name) {
            case "alpn" -> 0x01;
            case "authority" -> 0x02;
            case "unique_id" -> 0x05;
            case "ssl" -> SSL;
            case "netns" -> 0x30;
            default -> hexadecimal(name);
        };
    }

    private static int hexadecimal(String name) {
        boolean number = name.matches("0x[0-9a-f]{1,2}");
        return number ? Integer.parseInt(name, 2, name.length(), 16) : -1;
    }

    /// The value of the first TLV of a type; null: there is none before the end, or before a broken one.
    private static byte @Nullable [] find(byte[] fields, int start, int type) {
        int at = start;
        while (at + TLV_FIXED_BYTES <= fields.length) {
            int value = at + TLV_FIXED_BYTES;
            int end = value + number(fields, at + 1, 2);
            if (end > fields.length) {
                return null;
            }
            if ((fields[at] & 0xff) == type) {
                return Arrays.copyOfRange(fields, value, end);
            }
            at = end;
        }
        return null;
    }
}
