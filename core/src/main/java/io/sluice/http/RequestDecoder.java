package io.sluice.http;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpServerConfig.ConnectionOptions;

/// Netty's decoder of requests, one at a time. Confined to its worker's event loop.
///
/// After the end of a request it holds: what has been read beyond, of a pipelined request or another protocol, stays
/// undecoded until [#proceed], or is forwarded as it is when the decoder is removed from the pipeline. It never reads by
/// itself; the session decides.
final class RequestDecoder extends HttpRequestDecoder {

    private static final byte LF = '\n';

    private static final String CONTENT_LENGTH = "content-length:";

    private @Nullable ChannelHandlerContext context;

    private boolean decoding;

    private boolean held;

    private long consumed;

    private boolean inHead = true;

    /// The last byte of the head so far was the end of a line.
    private boolean afterLine;

    private boolean folded;

    /// How many fields say how long the body is.
    private int lengths;

    RequestDecoder(ConnectionOptions options) {
        super(config(options));
    }

    private static HttpDecoderConfig config(ConnectionOptions options) {
        long field = options.largeHeaderBuffer().bytes();
        long all = field * options.largeHeaderBuffers();
        return new HttpDecoderConfig()
                .setMaxInitialLineLength((int) Math.min(field, Integer.MAX_VALUE))
                .setMaxHeaderSize((int) Math.min(all, Integer.MAX_VALUE))
                .setMaxChunkSize(64 * 1024)
                .setChunkedSupported(true)
                .setAllowPartialChunks(true)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(false)
                .setValidateHeaders(true);
    }

    /// Goes on with the next request.
    void proceed() {
        held = false;
        inHead = true;
        afterLine = false;
        folded = false;
        lengths = 0;
        ChannelHandlerContext here = context;
        if (!decoding && here != null && !here.isRemoved() && actualReadableBytes() > 0) {
            try {
                channelRead(here, Unpooled.EMPTY_BUFFER);
            } catch (Exception e) {
                here.fireExceptionCaught(e);
            }
        }
    }

    /// Whether bytes of a later request, or of another protocol, have been read.
    boolean hasMore() {
        return held && actualReadableBytes() > 0;
    }

    /// Whether part of a request's head has been read.
    boolean hasBegun() {
        return !held && actualReadableBytes() > 0;
    }

    /// Bytes decoded since this was asked last: line, fields and body of a request.
    long takeConsumed() {
        long bytes = consumed;
        consumed = 0;
        return bytes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        boolean before = decoding;
        decoding = true;
        try {
            super.channelRead(ctx, message);
        } finally {
            decoding = before;
        }
    }

    /// Netty's would read on by itself while a request is incomplete, and while this holds.
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        discardSomeReadBytes();
        ctx.fireChannelReadComplete();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (held) {
            return;
        }
        int before = in.readableBytes();
        int start = in.readerIndex();
        super.decode(ctx, in, out);
        consumed += before - in.readableBytes();
        if (inHead) {
            lookAtLines(in, start, in.readerIndex());
            if (!out.isEmpty() && out.getFirst() instanceof HttpRequest request) {
                inHead = false;
                if ((folded || lengths > 1) && request.decoderResult().isSuccess()) {
                    request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(
                            folded ? "a folded field" : "Content-Length more than once")));
                    held = true;
                }
            }
        }
        if (!out.isEmpty() && out.getLast() instanceof LastHttpContent) {
            held = true;
        }
    }

    /// Netty takes a line that begins with white space for the rest of the one before, or, after the request line, for
    /// nothing. Others take it for a field of its own, which is what requests are smuggled by (RFC 9112, 5.2 and 2.2).
    ///
    /// Of several lengths in HTTP/1.0 it takes the first one. It consumes whole lines only.
    private void lookAtLines(ByteBuf in, int from, int to) {
        if (from == to) {
            return;
        }
        if (afterLine) {
            lookAtLine(in, from, to);
        }
        for (int at = in.indexOf(from, to, LF); at >= 0 && at + 1 < to; at = in.indexOf(at + 1, to, LF)) {
            lookAtLine(in, at + 1, to);
        }
        afterLine = in.getByte(to - 1) == LF;
    }

    private void lookAtLine(ByteBuf in, int start, int to) {
        byte first = in.getByte(start);
        if (isWhiteSpace(first)) {
            folded = true;
        } else if ((first | ' ') == 'c' && to - start > CONTENT_LENGTH.length() && isContentLength(in, start)) {
            lengths++;
        }
    }

    private static boolean isContentLength(ByteBuf in, int start) {
        for (int i = 0; i < CONTENT_LENGTH.length(); i++) {
            if ((in.getByte(start + i) | ' ') != (CONTENT_LENGTH.charAt(i) | ' ')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWhiteSpace(byte b) {
        return b == ' ' || b == '\t';
    }
}
