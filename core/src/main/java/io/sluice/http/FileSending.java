package io.sluice.http;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

import io.netty.buffer.ByteBuf;

import io.sluice.http.files.OpenedFile;
import io.sluice.transport.linux.Errno;

/// The body of a response of a file: heads of ranges and stretches of the file, in order. Confined to its worker's event loop.
///
/// Over plain text a stretch goes by sendfile(2) and needs no memory. Over TLS the bytes have to be encrypted, so they are read,
/// as much at a time as the connection has room for.
final class FileSending {

    private static final int READ_BYTES = 64 * 1024;

    private sealed interface Part {

        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Text(byte[] bytes) implements Part {}

        record Stretch(long offset, long length) implements Part {}
    }

    private final Exchange exchange;

    private final OpenedFile file;

    private final Deque<Part> parts = new ArrayDeque<>();

    FileSending(Exchange exchange, OpenedFile file) {
        this.exchange = exchange;
        this.file = file;
    }

    FileSending text(byte[] bytes) {
        parts.add(new Part.Text(bytes));
        return this;
    }

    FileSending stretch(long offset, long length) {
        if (length > 0) {
            parts.add(new Part.Stretch(offset, length));
        }
        return this;
    }

    /// Hands over what the connection has room for and `limit_rate` allows.
    ///
    /// @return whether that was all
    /// @throws IOException when the file cannot be read as far as was announced
    boolean send() throws IOException {
        while (!parts.isEmpty() && exchange.session().isWritable() && exchange.response().pauseNanos() == 0) {
            switch (parts.removeFirst()) {
                case Part.Text(byte[] bytes) -> {
                    ByteBuf part = exchange.session().channel().alloc().directBuffer(bytes.length);
                    exchange.response().body(part.writeBytes(bytes));
                }
                case Part.Stretch(long offset, long length) -> {
                    long sent = send(offset, length);
                    if (sent < length) {
                        parts.addFirst(new Part.Stretch(offset + sent, length - sent));
                    }
                }
            }
        }
        return parts.isEmpty();
    }

    private long send(long offset, long length) throws IOException {
        long most = Math.min(length, exchange.response().allowance());
        if (!exchange.session().downstream().isTls()) {
            exchange.response().file(file.section(offset, most), most);
            return most;
        }
        ByteBuf part = exchange.session().channel().alloc().directBuffer(READ_BYTES);
        int read = file.read(offset, part, (int) Math.min(READ_BYTES, most));
        if (read <= 0) {
            part.release();
            throw new IOException(read == 0
                    ? "the file has become shorter"
                    : "read() failed (" + Errno.describe(-read) + ")");
        }
        exchange.response().body(part);
        return read;
    }

    void close() {
        parts.clear();
        file.close();
    }
}
