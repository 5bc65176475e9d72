package io.sluice.udp;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.InsecureQuicTokenHandler;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// A real QUIC client and server with a proxy between them: one flow carries the connection.
@SuppressWarnings("FutureReturnValueIgnored") // what counts is what arrives
class QuicTest {

    private static final String PASSWORD = "password";

    private static final String PROTOCOL = "test";

    private static final int BYTES = 4 << 20;

    private static final long WINDOW_BYTES = 16L << 20;

    private static final int SECONDS = 60;

    private static MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    @TempDir
    Path directory = Path.of("");

    @BeforeAll
    static void quicIsThere() {
        if (loops.isShuttingDown()) {
            // Surefire runs the class again.
            loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        }
        assumeTrue(Quic.isAvailable(), "Netty's QUIC has no library for this machine");
    }

    @AfterAll
    static void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void exchangesMegabytes(Transport transport) throws Exception {
        Channel server = bind(new QuicServerCodecBuilder()
                .sslContext(QuicSslContextBuilder.forServer(certificate(), PASSWORD)
                        .applicationProtocols(PROTOCOL)
                        .build())
                .tokenHandler(InsecureQuicTokenHandler.INSTANCE)
                .handler(new ChannelInboundHandlerAdapter())
                .streamHandler(new ChannelInitializer<QuicStreamChannel>() {
                    @Override
                    protected void initChannel(QuicStreamChannel stream) {
                        stream.pipeline().addLast(new Echo());
                    }
                }));
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        try (RunningProxy proxy = RunningProxy.start(transport, """
                log_format end '$status $session_outcome $bytes_received $bytes_sent';
                access_log ${dir}/access.log end;
                server { listen 127.0.0.1:0 udp; proxy_pass 127.0.0.1:%d; proxy_timeout 1s; }
                """.formatted(port))) {
            byte[] sent = new byte[BYTES];
            new Random(19).nextBytes(sent);
            byte[] received = exchange(proxy.address(), sent);
            assertThat(received).hasSize(sent.length);
            assertThat(Arrays.equals(received, sent)).isTrue();
            assertThat(proxy.awaitLines("access.log", 1).getFirst()).startsWith("200 idle_timeout ");
        } finally {
            server.close().sync();
        }
    }

    private KeyManagerFactory certificate() throws Exception {
        Path file = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-alias", "test",
                        "-dname", "CN=localhost", "-validity", "10", "-storetype", "PKCS12",
                        "-keystore", file.toString(), "-storepass", PASSWORD)
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor()).as(() -> keytool.inputReader().lines().toList().toString()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        return factory;
    }

    private static Channel bind(QuicCodecBuilder<?> codec) throws InterruptedException {
        return new Bootstrap()
                .group(loops)
                .channel(NioDatagramChannel.class)
                .handler(codec.maxIdleTimeout(SECONDS, TimeUnit.SECONDS)
                        .initialMaxData(WINDOW_BYTES)
                        .initialMaxStreamDataBidirectionalLocal(WINDOW_BYTES)
                        .initialMaxStreamDataBidirectionalRemote(WINDOW_BYTES)
                        .initialMaxStreamsBidirectional(10)
                        .build())
                .bind(new InetSocketAddress("127.0.0.1", 0))
                .sync()
                .channel();
    }

    /// Sends everything on one stream and ends it; what comes back until its end.
    private static byte[] exchange(InetSocketAddress proxy, byte[] sent) throws Exception {
        Channel client = bind(new QuicClientCodecBuilder()
                .sslContext(QuicSslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .applicationProtocols(PROTOCOL)
                        .build()));
        try {
            QuicChannel connection = QuicChannel.newBootstrap(client)
                    .streamHandler(new ChannelInboundHandlerAdapter())
                    .remoteAddress(proxy)
                    .connect()
                    .get(SECONDS, TimeUnit.SECONDS);
            Collecting answer = new Collecting();
            QuicStreamChannel stream =
                    connection.createStream(QuicStreamType.BIDIRECTIONAL, answer).get(SECONDS, TimeUnit.SECONDS);
            stream.writeAndFlush(Unpooled.wrappedBuffer(sent)).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
            byte[] received = answer.whole.get(SECONDS, TimeUnit.SECONDS);
            connection.close().sync();
            return received;
        } finally {
            client.close().sync();
        }
    }

    /// Sends back what comes, and the end of the stream.
    private static final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownReadComplete.INSTANCE) {
                // Behind whatever flow control has not let out yet.
                context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
            }
        }
    }

    /// Keeps what comes until the end of the stream.
    private static final class Collecting extends ChannelInboundHandlerAdapter {

        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

        private final ByteBuf bytes = Unpooled.buffer(BYTES);

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf part = (ByteBuf) message;
            bytes.writeBytes(part);
            part.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownReadComplete.INSTANCE) {
                byte[] all = new byte[bytes.readableBytes()];
                bytes.readBytes(all);
                whole.complete(all);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            whole.completeExceptionally(cause);
        }
    }
}
