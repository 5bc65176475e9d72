package io.sluice.http;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

import io.sluice.http.files.StatusLine;

/// Writes one response: the head once, the body in parts. Confined to its worker's event loop.
///
///     writer.head(head);
///     writer.body(part);          // any number of times
///     writer.flush();             // whenever nothing more comes for now
///     writer.finish();            // the exchange ends
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as the end of the channel
final class ResponseWriter {

    private static final int HEAD_BYTES = 512;

    /// A part of this size is cheaper to copy behind the head than to send from a place of its own.
    private static final int SMALL_PART_BYTES = 4096;

    /// What of a response with `X-Accel-Redirect` is kept besides `Content-Type`.
    private static final List<AsciiString> CARRIED = List.of(
            AsciiString.cached("Set-Cookie"), AsciiString.cached("Content-Disposition"),
            AsciiString.cached("Cache-Control"), AsciiString.cached("Expires"));

    private static final int CRLF = '\r' << 8 | '\n';

    private final Exchange exchange;

    private int status;

    private @Nullable ResponseHead head;

    /// Written, but not handed to the channel yet.
    private @Nullable ByteBuf pending;

    private boolean bodyless;

    private boolean chunked;

    private boolean chunkOpen;

    /// What stands behind the body, names and values in turn; null: nothing.
    private @Nullable List<String> trailers;

    /// Of the location whose response it is.
    private @Nullable LocationSettings settings;

    private long sentBytes;

    private long headBytes;

    private Pace pace = Pace.FREE;

    /// Values of `Set-Cookie` that are the proxy's own; null: none.
    private @Nullable List<String> cookies;

    /// Of what was written last; the response is sent when it is.
    private @Nullable ChannelFuture lastWrite;

    /// Names and values in turn.
    private @Nullable List<String> carried;

    private @Nullable String carriedType;

    ResponseWriter(Exchange exchange) {
        this.exchange = exchange;
    }

    /// The status that was sent, or that the log is to show; 0: none yet.
    int status() {
        return status;
    }

    /// What the log is to show when nothing is sent.
    void status(int shown) {
        status = shown;
    }

    boolean isHeadSent() {
        return head != null;
    }

    /// The head that was sent.
    @Nullable ResponseHead head() {
        return head;
    }

    /// Bytes handed to the connection, the head included.
    long sentBytes() {
        return sentBytes;
    }

    /// Those of the body.
    long bodyBytes() {
        return sentBytes - headBytes;
    }

    /// Whether a body is expected by the client at all.
    boolean isBodyless() {
        return bodyless;
    }

    /// The response sets a cookie of the proxy's own, whoever answers in the end.
    ///
    /// @param before a value that it stands for; null: none
    void cookie(@Nullable String before, String value) {
        List<String> present = cookies;
        if (present == null) {
            present = new ArrayList<>(1);
            cookies = present;
        }
        int at = before == null ? -1 : present.lastIndexOf(before);
        if (at < 0) {
            present.add(value);
        } else {
            present.set(at, value);
        }
    }

    /// The peer has left the response to another location: what it said of it goes along, as in nginx.
    void carry(HttpHeaders from) {
        List<String> fields = new ArrayList<>();
        for (AsciiString name : CARRIED) {
            from.getAll(name).forEach(value -> {
                fields.add(name.toString());
                fields.add(value);
            });
        }
        carried = fields;
        carriedType = from.get(HttpHeaderNames.CONTENT_TYPE);
    }

    private void addCarried(ResponseHead made) {
        List<String> fields = carried;
        if (fields == null) {
            return;
        }
        for (int i = 0; i < fields.size(); i += 2) {
            made.add(fields.get(i), fields.get(i + 1));
        }
        if (made.upstream == null && carriedType != null) {
            made.contentType = carriedType;
        }
    }

    /// Completes the head and writes it.
    void head(ResponseHead made) {
        HttpSession session = exchange.session();
        LocationSettings of = exchange.settings();
        Request request = exchange.request();
        settings = of;
        head = made;
        status = made.status;
        boolean empty = made.status == HttpStatus.NOT_MODIFIED || made.status == 204 || made.status < 200;
        bodyless = request.isHead() || empty;
        if (empty) {
            made.contentLength = made.status == HttpStatus.NOT_MODIFIED ? ResponseHead.UNKNOWN : made.contentLength;
            if (made.status == 204 || made.status < 200) {
                made.contentLength = ResponseHead.UNKNOWN;
            }
        } else if (made.contentLength == ResponseHead.UNKNOWN || (!bodyless && of.hasTrailers(made.status))) {
            made.chunked = request.isHttp11() && !request.isHead() && of.options().response().chunked();
            made.contentLength = made.chunked ? ResponseHead.UNKNOWN : made.contentLength;
        }
        List<String> own = cookies;
        if (own != null) {
            own.forEach(value -> made.add("Set-Cookie", value));
        }
        addCarried(made);
        of.addFields(exchange, made);
        boolean keepAlive = !made.upgrades && session.mayKeepAlive(exchange);
        if (!empty && made.contentLength == ResponseHead.UNKNOWN && !made.chunked && !request.isHead()) {
            // The end of the connection is the end of the body.
            keepAlive = false;
            session.forbidKeepAlive();
        }
        chunked = made.chunked && !bodyless;
        if (made.reason.isEmpty()) {
            made.reason = StatusLine.reason(made.status);
        }
        ByteBuf out = session.channel().alloc().directBuffer(HEAD_BYTES);
        HeadEncoder.response(out, made, of.frame(exchange, made, keepAlive));
        headBytes = out.readableBytes();
        sentBytes += headBytes;
        pending = out;
        pace = of.pace(exchange);
    }

    /// An interim response; the head proper follows.
    void interim(int interimStatus) {
        ByteBuf out = exchange.session().channel().alloc().directBuffer(64);
        HeadEncoder.text(out, "HTTP/1.1 " + interimStatus + " Continue");
        out.writeShort(CRLF).writeShort(CRLF);
        exchange.session().write(out);
        exchange.session().flush();
    }

    /// Writes part of the body, which is the writer's from now on.
    void body(ByteBuf part) {
        int length = part.readableBytes();
        if (bodyless || length == 0) {
            part.release();
            return;
        }
        if (chunked) {
            beginChunk(length);
        }
        ByteBuf behind = pending;
        sentBytes += length;
        if (behind != null && length <= SMALL_PART_BYTES) {
            behind.writeBytes(part);
            part.release();
            return;
        }
        writePending();
        lastWrite = exchange.session().write(part);
    }

    /// Writes a part of an open file.
    ///
    /// @param section a [io.sluice.transport.channel.FileSection]
    /// @param length its bytes
    void file(Object section, long length) {
        if (chunked) {
            beginChunk(length);
        }
        writePending();
        sentBytes += length;
        lastWrite = exchange.session().write(section);
    }

    private void beginChunk(long length) {
        ByteBuf out = toAppend();
        int before = out.readableBytes();
        if (chunkOpen) {
            out.writeShort(CRLF);
        }
        chunkOpen = true;
        HeadEncoder.chunkSize(out, length);
        sentBytes += out.readableBytes() - before;
    }

    /// What is written next goes behind what this has.
    private ByteBuf toAppend() {
        ByteBuf out = pending;
        if (out == null) {
            out = exchange.session().channel().alloc().directBuffer(16);
            pending = out;
        }
        return out;
    }

    private void writePending() {
        ByteBuf waiting = pending;
        if (waiting != null) {
            pending = null;
            lastWrite = exchange.session().write(waiting);
        }
    }

    /// Hands to the kernel what was written.
    ///
    /// A chunk is ended with what is there: clients that look for its end before they use it would wait for the next one.
    void flush() {
        if (chunkOpen) {
            chunkOpen = false;
            toAppend().writeShort(CRLF);
            sentBytes += Short.BYTES;
        }
        writePending();
        exchange.session().flush();
    }

    /// How long `limit_rate` has the response wait; 0: not at all.
    long pauseNanos() {
        return pace.pauseNanos(bodyBytes(), exchange.now());
    }

    /// How many bytes of the body may be written now.
    long allowance() {
        return pace.isLimited() ? pace.allowance(bodyBytes(), exchange.now()) : Long.MAX_VALUE;
    }

    /// The body is complete: the exchange ends once the kernel has it all, so that a slow reader is still an exchange with its
    /// timeout, and a server that stops waits for it.
    void finish() {
        if (chunked) {
            lastChunk();
        }
        flush();
        ChannelFuture last = lastWrite;
        if (last == null || last.isDone()) {
            exchange.finish();
            return;
        }
        exchange.waitFor(Exchange.Waiting.DOWNSTREAM_SEND, exchange.settings().sendNanos());
        last.addListener(sent -> {
            if (sent.isSuccess()) {
                exchange.finish();
            }
        });
    }

    private void lastChunk() {
        ByteBuf out = toAppend();
        int before = out.readableBytes();
        if (chunkOpen) {
            chunkOpen = false;
            out.writeShort(CRLF);
        }
        out.writeByte('0').writeShort(CRLF);
        LocationSettings of = settings;
        if (of != null) {
            of.addTrailers(exchange, status, this);
        }
        List<String> fields = trailers;
        if (fields != null) {
            for (int i = 0; i < fields.size(); i += 2) {
                HeadEncoder.field(out, fields.get(i), fields.get(i + 1));
            }
        }
        out.writeShort(CRLF);
        sentBytes += out.readableBytes() - before;
    }

    /// Adds a field behind the body, if that goes in chunks; otherwise there is no place for it.
    void trailer(String name, String value) {
        if (chunked && !value.isEmpty()) {
            List<String> fields = trailers;
            if (fields == null) {
                fields = new ArrayList<>(2);
                trailers = fields;
            }
            fields.add(name);
            fields.add(value);
        }
    }

    /// Names and values of what stands behind the body, in turn.
    List<String> trailers() {
        List<String> fields = trailers;
        return fields == null ? List.of() : fields;
    }

    /// Answers with the page of a status and nothing else: what is left when something has failed.
    void sendPlainError(int error) {
        LocalAnswers.page(exchange, error);
    }

    /// Gives back what was not written.
    void release() {
        ByteBuf waiting = pending;
        if (waiting != null) {
            pending = null;
            waiting.release();
        }
    }
}
