package io.sluice.stream;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;

import io.sluice.network.ProxyHeader;

/// Reads the PROXY protocol header that a connection begins with, in a pipeline before all other handlers, TLS included.
/// Confined to its worker's event loop.
///
/// The pipeline learns of it by one user event, a [ProxyHeader.Complete], after which the handler is gone and reads go
/// through, or a [ProxyHeader.Broken], after which nothing follows: the connection is to be closed.
public final class ProxyHeaderReader extends ByteToMessageDecoder {

    private boolean broken;

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        byte[] bytes = new byte[Math.min(in.readableBytes(), ProxyHeader.MAX_BYTES)];
        in.getBytes(in.readerIndex(), bytes);
        switch (ProxyHeader.read(bytes, bytes.length)) {
            case ProxyHeader.Incomplete _ -> {
                // More is to come.
            }
            case ProxyHeader.Broken reading -> {
                broken = true;
                in.skipBytes(in.readableBytes());
                ctx.fireUserEventTriggered(reading);
            }
            case ProxyHeader.Complete reading -> {
                in.skipBytes(reading.length());
                ctx.fireUserEventTriggered(reading);
                ctx.pipeline().remove(this);
            }
        }
    }
}
