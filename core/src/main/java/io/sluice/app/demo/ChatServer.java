package io.sluice.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.concurrent.GlobalEventExecutor;

/// A chat room on a loopback port: the page at `/`, the room as a WebSocket at `/chat`. What one says, all hear. Thread-safe.
public final class ChatServer implements AutoCloseable {

    private static final String ROOM = "/chat";

    private static final int MAX_MESSAGE_BYTES = 65_536;

    private static final long STOP_SECONDS = 2;

    private final EventLoopGroup group;

    private final Channel listener;

    private ChatServer(EventLoopGroup group, Channel listener) {
        this.group = group;
        this.listener = listener;
    }

    /// Serves on a free port.
    ///
    /// @throws IOException when it cannot listen
    public static ChatServer start() throws IOException {
        byte[] page = page();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ChannelGroup room = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        var bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(
                                new HttpServerCodec(),
                                new HttpObjectAggregator(MAX_MESSAGE_BYTES),
                                new WebSocketServerProtocolHandler(ROOM, null, true, MAX_MESSAGE_BYTES),
                                new Talk(room),
                                new Page(page));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            stop(group);
            throw new IOException("the chat server cannot listen: " + bound.cause().getMessage(), bound.cause());
        }
        return new ChatServer(group, bound.channel());
    }

    private static byte[] page() throws IOException {
        try (InputStream in = ChatServer.class.getResourceAsStream("chat.html")) {
            if (in == null) {
                throw new IOException("chat.html is missing from the program");
            }
            return in.readAllBytes();
        }
    }

    /// Where it listens.
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        stop(group);
    }

    private static void stop(EventLoopGroup group) {
        group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
    }

    /// Passes on what a member says. Confined to the server's loop.
    @SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends its connection
    private static final class Talk extends SimpleChannelInboundHandler<TextWebSocketFrame> {

        private final ChannelGroup room;

        Talk(ChannelGroup room) {
            this.room = room;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
                room.add(ctx.channel());
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
            room.writeAndFlush(new TextWebSocketFrame(frame.text()));
        }
    }

    /// Serves the page. Confined to the server's loop.
    @ChannelHandler.Sharable
    @SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends its connection
    private static final class Page extends SimpleChannelInboundHandler<FullHttpRequest> {

        private final byte[] page;

        Page(byte[] page) {
            this.page = page;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            boolean found = request.method().equals(HttpMethod.GET) && new QueryStringDecoder(request.uri()).path().equals("/");
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    found ? HttpResponseStatus.OK : HttpResponseStatus.NOT_FOUND,
                    found ? Unpooled.wrappedBuffer(page) : Unpooled.EMPTY_BUFFER);
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
            HttpUtil.setContentLength(response, response.content().readableBytes());
            boolean goesOn = HttpUtil.isKeepAlive(request);
            HttpUtil.setKeepAlive(response, goesOn);
            var written = ctx.writeAndFlush(response);
            if (!goesOn) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        }
    }
}
