package io.sluice.http;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/// Writes heads. Thread-safe: no state.
///
/// A value never brings a line break along: a byte that could end the field is written as a space, so that no response is
/// split (RFC 9110, 5.5).
final class HeadEncoder {

    private static final int CRLF = '\r' << 8 | '\n';

    private static final int COLON_SPACE = ':' << 8 | ' ';

    private static final byte[] VERSION = bytes("HTTP/1.1 ");

    private static final byte[] SERVER = bytes("Server: ");

    private static final byte[] DATE = bytes("Date: ");

    private static final byte[] CONTENT_TYPE = bytes("Content-Type: ");

    private static final byte[] CONTENT_LENGTH = bytes("Content-Length: ");

    private static final byte[] LAST_MODIFIED = bytes("Last-Modified: ");

    private static final byte[] ETAG = bytes("ETag: ");

    private static final byte[] CHUNKED = bytes("Transfer-Encoding: chunked\r\n");

    private static final byte[] ACCEPT_RANGES = bytes("Accept-Ranges: bytes\r\n");

    private static final byte[] KEEP_ALIVE = bytes("Connection: keep-alive\r\n");

    private static final byte[] CLOSE = bytes("Connection: close\r\n");

    private static final byte[] UPGRADE = bytes("Connection: upgrade\r\n");

    private HeadEncoder() {}

    /// What stands in every response of a connection.
    ///
    /// @param server the value of `Server`; null: the peer's own is passed
    /// @param date the value of `Date`; null: the peer's own is passed
    /// @param keepAlive whether the connection goes on
    /// @param keepAliveSeconds announced by `Keep-Alive`; 0: not
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(byte @Nullable [] server, byte @Nullable [] date, boolean keepAlive, long keepAliveSeconds) {}

    static void response(ByteBuf out, ResponseHead head, Frame frame) {
        out.writeBytes(VERSION);
        decimal(out, head.status);
        out.writeByte(' ');
        text(out, head.reason);
        out.writeShort(CRLF);
        field(out, SERVER, frame.server());
        field(out, DATE, frame.date());
        field(out, CONTENT_TYPE, head.contentType);
        if (head.chunked) {
            out.writeBytes(CHUNKED);
        } else if (head.contentLength >= 0) {
            out.writeBytes(CONTENT_LENGTH);
            decimal(out, head.contentLength);
            out.writeShort(CRLF);
        }
        field(out, LAST_MODIFIED, head.lastModified);
        connection(out, head, frame);
        field(out, ETAG, head.etag);
        upstreamFields(out, head);
        if (head.acceptRanges) {
            out.writeBytes(ACCEPT_RANGES);
        }
        List<String> fields = head.fields();
        for (int i = 0; i < fields.size(); i += 2) {
            field(out, fields.get(i), fields.get(i + 1));
        }
        out.writeShort(CRLF);
    }

    private static void connection(ByteBuf out, ResponseHead head, Frame frame) {
        if (head.upgrades) {
            // The peer's own field says to what.
            out.writeBytes(UPGRADE);
        } else if (frame.keepAlive()) {
            out.writeBytes(KEEP_ALIVE);
            if (frame.keepAliveSeconds() > 0) {
                field(out, "Keep-Alive", "timeout=" + frame.keepAliveSeconds());
            }
        } else {
            out.writeBytes(CLOSE);
        }
    }

    private static void upstreamFields(ByteBuf out, ResponseHead head) {
        HttpHeaders upstream = head.upstream;
        FieldNames hidden = head.hidden;
        if (upstream == null || hidden == null) {
            return;
        }
        Iterator<Map.Entry<CharSequence, CharSequence>> entries = upstream.iteratorCharSequence();
        while (entries.hasNext()) {
            Map.Entry<CharSequence, CharSequence> entry = entries.next();
            if (!hidden.contains(entry.getKey())) {
                field(out, entry.getKey(), entry.getValue());
            }
        }
    }

    private static void field(ByteBuf out, byte[] nameAndColon, byte @Nullable [] value) {
        if (value != null) {
            out.writeBytes(nameAndColon).writeBytes(value).writeShort(CRLF);
        }
    }

    private static void field(ByteBuf out, byte[] nameAndColon, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            out.writeBytes(nameAndColon);
            text(out, value);
            out.writeShort(CRLF);
        }
    }

    /// One field.
    static void field(ByteBuf out, CharSequence name, CharSequence value) {
        text(out, name);
        out.writeShort(COLON_SPACE);
        text(out, value);
        out.writeShort(CRLF);
    }

    /// Bytes kept as Latin-1 text, without line breaks.
    static void text(ByteBuf out, CharSequence text) {
        int length = text.length();
        if (text instanceof AsciiString ascii) {
            ByteBufUtil.copy(ascii, out);
            return;
        }
        int start = out.writerIndex();
        out.ensureWritable(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            out.setByte(start + i, c == '\r' || c == '\n' || c == 0 ? ' ' : c);
        }
        out.writerIndex(start + length);
    }

    /// A number that is not negative.
    static void decimal(ByteBuf out, long number) {
        long unit = 1;
        while (number / unit >= 10) {
            unit *= 10;
        }
        for (; unit > 0; unit /= 10) {
            out.writeByte((int) ('0' + number / unit % 10));
        }
    }

    /// The line before a chunk.
    static void chunkSize(ByteBuf out, long size) {
        int shift = (Long.SIZE - 1 - Long.numberOfLeadingZeros(size)) & ~3;
        for (; shift >= 0; shift -= 4) {
            out.writeByte(Character.forDigit((int) (size >>> shift & 15), 16));
        }
        out.writeShort(CRLF);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
