package io.sluice.tls;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;

/// Reads which protocols a ClientHello offers by ALPN (RFC 8446, 4.1.2; RFC 7301). Immutable.
final class ClientHelloAlpn {

    private static final int VERSION_AND_RANDOM_BYTES = 34;

    private static final int ALPN = 16;

    private ClientHelloAlpn() {}

    /// The protocols in the client's order; empty when it offers none, or when the message is broken, which the library will
    /// find out.
    ///
    /// @param hello from the version on; not changed
    static List<String> protocols(ByteBuf hello) {
        try {
            ByteBuf in = hello.duplicate();
            in.skipBytes(VERSION_AND_RANDOM_BYTES);
            in.skipBytes(in.readUnsignedByte());
            in.skipBytes(in.readUnsignedShort());
            in.skipBytes(in.readUnsignedByte());
            ByteBuf extensions = in.isReadable() ? in.readSlice(in.readUnsignedShort()) : in;
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
                if (type == ALPN) {
                    return names(extension.readSlice(extension.readUnsignedShort()));
                }
            }
            return List.of();
        } catch (IndexOutOfBoundsException _) {
            return List.of();
        }
    }

    private static List<String> names(ByteBuf list) {
        List<String> names = new ArrayList<>();
        while (list.isReadable()) {
            names.add(list.readString(list.readUnsignedByte(), java.nio.charset.StandardCharsets.ISO_8859_1));
        }
        return names;
    }
}
