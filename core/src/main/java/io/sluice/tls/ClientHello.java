package io.sluice.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

import io.netty.buffer.ByteBuf;

/// What a client offers (RFC 8446, 4.1.2; groups by 4.2.7, protocols by RFC 7301). Immutable.
final class ClientHello {

    /// Of a message that could not be read: the library will find out what is wrong with it.
    static final ClientHello UNREADABLE = new ClientHello(new int[0], new int[0], List.of());

    private static final int VERSION_AND_RANDOM_BYTES = 34;

    private static final int SUPPORTED_GROUPS = 10;

    private static final int ALPN = 16;

    private final int[] suites;

    private final int[] groups;

    private final List<String> protocols;

    private ClientHello(int[] suites, int[] groups, List<String> protocols) {
        this.suites = suites;
        this.groups = groups;
        this.protocols = protocols;
    }

    /// Reads a message.
    ///
    /// @param hello from the version on; not changed
    static ClientHello read(ByteBuf hello) {
        try {
            ByteBuf in = hello.duplicate();
            in.skipBytes(VERSION_AND_RANDOM_BYTES);
            in.skipBytes(in.readUnsignedByte());
            int[] suites = codePoints(in.readSlice(in.readUnsignedShort()));
            in.skipBytes(in.readUnsignedByte());
            int[] groups = {};
            List<String> protocols = List.of();
            ByteBuf extensions = in.isReadable() ? in.readSlice(in.readUnsignedShort()) : in;
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
                if (type == SUPPORTED_GROUPS) {
                    groups = codePoints(extension.readSlice(extension.readUnsignedShort()));
                } else if (type == ALPN) {
                    protocols = names(extension.readSlice(extension.readUnsignedShort()));
                }
            }
            return new ClientHello(suites, groups, protocols);
        } catch (IndexOutOfBoundsException _) {
            return UNREADABLE;
        }
    }

    /// The protocols by ALPN in the client's order; empty when it offers none.
    List<String> protocols() {
        return protocols;
    }

    /// The cipher suites in the client's order, by OpenSSL's names or in hexadecimal, as `$ssl_ciphers`.
    String ciphers() {
        return text(suites, TlsCodePoints::suite);
    }

    /// The groups for the key exchange in the client's order, as `$ssl_curves`; empty when it names none.
    String curves() {
        return text(groups, TlsCodePoints::group);
    }

    private static String text(int[] codePoints, IntFunction<String> names) {
        StringBuilder text = new StringBuilder();
        for (int codePoint : codePoints) {
            text.append(text.isEmpty() ? "" : ":").append(names.apply(codePoint));
        }
        return text.toString();
    }

    private static int[] codePoints(ByteBuf list) {
        int[] codePoints = new int[list.readableBytes() / Short.BYTES];
        for (int i = 0; i < codePoints.length; i++) {
            codePoints[i] = list.readUnsignedShort();
        }
        return codePoints;
    }

    private static List<String> names(ByteBuf list) {
        List<String> names = new ArrayList<>();
        while (list.isReadable()) {
            names.add(list.readString(list.readUnsignedByte(), StandardCharsets.ISO_8859_1));
        }
        return names;
    }
}
