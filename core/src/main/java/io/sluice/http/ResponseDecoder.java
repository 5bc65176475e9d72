package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;

/// Netty's decoder of responses, told which request they answer. Confined to its worker's event loop.
///
/// It never reads by itself; the exchange decides.
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails shows as the end of the channel
final class ResponseDecoder extends HttpResponseDecoder {

    private boolean head;

    private boolean upgrade;

    private long received;

    private boolean idle;

    ResponseDecoder() {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(64 * 1024)
                .setMaxHeaderSize(256 * 1024)
                .setMaxChunkSize(64 * 1024)
                .setAllowPartialChunks(true)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(false)
                .setValidateHeaders(true));
    }

    /// What the next response answers.
    ///
    /// @param head a HEAD request: no body follows
    /// @param upgrade the request asked for another protocol
    void expect(boolean head, boolean upgrade) {
        this.head = head;
        this.upgrade = upgrade;
        this.idle = false;
    }

    /// No response is expected: whatever comes now ends the connection, before it becomes the head of the next one.
    void idle() {
        idle = true;
    }

    /// Whether more has come than the response has: the connection is not to be used again.
    boolean hasLeftover() {
        return actualReadableBytes() > 0;
    }

    /// Bytes that have come over the connection so far.
    long received() {
        return received;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (message instanceof ByteBuf bytes) {
            received += bytes.readableBytes();
            if (idle) {
                bytes.release();
                ctx.channel().close();
                return;
            }
        }
        super.channelRead(ctx, message);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return head || super.isContentAlwaysEmpty(message);
    }

    @Override
    protected boolean isSwitchingToNonHttp1Protocol(HttpResponse response) {
        return upgrade && response.status().code() == 101;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        discardSomeReadBytes();
        ctx.fireChannelReadComplete();
    }
}
