package io.sluice.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// WebSockets by the three header lines of the founding configuration, and by `proxy_upgrade`: an echo application on
/// Netty's codec behind, the JDK's client in front.
class WebSocketTest {

    private static final String SERVER = """
            map $http_upgrade $connection_upgrade { default upgrade; '' close; }
            log_format end '$status $body_bytes_sent $session_outcome';
            access_log ${dir}/access.log end;
            upstream backend { server 127.0.0.1:%d; }
            server {
                listen 127.0.0.1:0 %s;
                %s
                location /chat/ {
                    proxy_pass http://backend;
                    %s
                }
            }
            """;

    private static final String THREE_LINES = """
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            """;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private int port;

    @BeforeEach
    void start() throws Exception {
        Channel listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(
                                new HttpServerCodec(), new HttpObjectAggregator(65536),
                                new WebSocketServerProtocolHandler("/chat/", null, true, 4 << 20), new Echo());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        port = ((java.net.InetSocketAddress) listening.localAddress()).getPort();
    }

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a write that fails shows as the end of the channel
    private static final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            ctx.writeAndFlush(frame.retain());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void plain(Transport transport) throws Exception {
        try (RunningProxy proxy = RunningProxy.startHttp(transport, SERVER.formatted(port, "", "", THREE_LINES))) {
            echo(HttpClient.newHttpClient(), "ws://127.0.0.1:" + proxy.address().getPort() + "/chat/");
            assertThat(proxy.awaitLines("access.log", 1).getFirst()).matches("101 10\\d{5} \\w+_closed");
            proxy.awaitNoSessions();
        }
    }

    /// What a line is made of is taken when the WebSocket begins, where it cannot change; what can, at its end.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aLineHasWhatWasKnownAtTheBeginningAndAtTheEnd(Transport transport) throws Exception {
        String format = "log_format begun '$request|$http_user_agent|$proxy_host|$bytes_sent|$upstream_bytes_received|"
                + "$tcpinfo_rtt';\n";
        String logs = """
                access_log ${dir}/begun.log begun if=$http_upgrade;
                access_log ${dir}/never.log begun if=$http_x_never;
                """;
        try (RunningProxy proxy = RunningProxy.startHttp(
                transport, format + SERVER.formatted(port, "", logs, THREE_LINES))) {
            echo(HttpClient.newHttpClient(), "ws://127.0.0.1:" + proxy.address().getPort() + "/chat/");
            assertThat(proxy.awaitLines("begun.log", 1).getFirst())
                    .matches("GET /chat/ HTTP/1\\.1\\|Java-http-client/\\S+\\|backend\\|10\\d{5}\\|10\\d{5}\\|\\d+");
            assertThat(proxy.file("never.log")).isEmpty();
        }
    }

    /// A map of how much was sent can be looked up at the end only: the whole exchange is kept until then.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aLineThatDependsOnTheEndIsWrittenAsWell(Transport transport) throws Exception {
        String map = """
                map $body_bytes_sent $size { ~^10 large; default small; }
                log_format size '$size $request_method';
                """;
        try (RunningProxy proxy = RunningProxy.startHttp(
                transport, map + SERVER.formatted(port, "", "access_log ${dir}/size.log size;", THREE_LINES))) {
            echo(HttpClient.newHttpClient(), "ws://127.0.0.1:" + proxy.address().getPort() + "/chat/");
            assertThat(proxy.awaitLines("size.log", 1)).containsExactly("large GET");
            proxy.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anIdleOneIsEndedAndGivesItsPlaceBack(Transport transport) throws Exception {
        String limit = "limit_conn_zone $binary_remote_addr zone=one:1m;\n";
        try (RunningProxy proxy = RunningProxy.startHttp(transport, limit + SERVER.formatted(
                port, "", "limit_conn one 1; proxy_read_timeout 1s;", THREE_LINES))) {
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            String uri = "ws://127.0.0.1:" + proxy.address().getPort() + "/chat/";
            WebSocket first = open(HttpClient.newHttpClient(), uri, received);
            first.sendText("hello", true).join();
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
            assertThatThrownBy(() -> open(HttpClient.newHttpClient(), uri, received)).hasCauseInstanceOf(WebSocketHandshakeException.class);
            assertThat(proxy.awaitLines("access.log", 2).getLast()).matches("101 \\d+ idle_timeout");
            proxy.awaitNoSessions();
            open(HttpClient.newHttpClient(), uri, received).abort();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void byProxyUpgrade(Transport transport) throws Exception {
        try (RunningProxy proxy =
                RunningProxy.startHttp(transport, SERVER.formatted(port, "", "", "proxy_upgrade auto;"))) {
            echo(HttpClient.newHttpClient(), "ws://127.0.0.1:" + proxy.address().getPort() + "/chat/");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void overTls(Transport transport, @TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        try (RunningProxy proxy = RunningProxy.startHttp(transport, SERVER.formatted(port, "ssl", certificate.directives(), THREE_LINES));
                HttpClient client = HttpClient.newBuilder().sslContext(certificate.trusting()).build()) {
            echo(client, "wss://localhost:" + proxy.address().getPort() + "/chat/");
            proxy.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aReloadLeavesThemRunning(Transport transport) throws Exception {
        try (RunningProxy proxy = RunningProxy.startHttp(transport, SERVER.formatted(port, "", "", THREE_LINES))) {
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            WebSocket socket = open(
                    HttpClient.newHttpClient(), "ws://127.0.0.1:" + proxy.address().getPort() + "/chat/", received);
            for (int i = 0; i < 5; i++) {
                assertThat(proxy.reloadHttp(SERVER.formatted(port, "", "", THREE_LINES)).succeeded()).isTrue();
                socket.sendText("after reload " + i, true).join();
                assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("after reload " + i);
            }
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            proxy.awaitNoSessions();
        }
    }

    /// The founding document's third configuration, with ports, files and the application replaced.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void theSeed(Transport transport, @TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        String seed;
        try (var in = WebSocketTest.class.getResourceAsStream("/seed/websocket.conf")) {
            assertThat(in).isNotNull();
            seed = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String http = seed.substring(seed.indexOf("http {") + "http {".length(), seed.lastIndexOf('}'))
                .replace("listen 443 ssl", "listen 127.0.0.1:0 ssl")
                .replace("listen 80;", "listen 127.0.0.1:0;")
                .replace("127.0.0.1:8010", "127.0.0.1:" + port)
                .replaceAll("ssl_certificate +cert.pem;", "access_log off;")
                .replaceAll("ssl_certificate_key +key.pem;", certificate.directives());
        try (RunningProxy proxy = RunningProxy.startHttp(transport, http);
                HttpClient client = HttpClient.newBuilder().sslContext(certificate.trusting()).build()) {
            echo(client, "wss://localhost:" + proxy.address(0).getPort() + "/chat/");
            echo(client, "ws://127.0.0.1:" + proxy.address(1).getPort() + "/chat/");
            proxy.awaitNoSessions();
        }
    }

    private static void echo(HttpClient client, String uri) throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket socket = open(client, uri, received);
        socket.sendText("hello", true).join();
        assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
        String big = "x".repeat(1_000_000);
        socket.sendText(big, true).join();
        StringBuilder all = new StringBuilder();
        while (all.length() < big.length()) {
            String part = received.poll(20, TimeUnit.SECONDS);
            assertThat(part).isNotNull();
            all.append(part);
        }
        assertThat(all.toString()).isEqualTo(big);
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    private static WebSocket open(HttpClient client, String uri, BlockingQueue<String> received) {
        return client.newWebSocketBuilder().buildAsync(URI.create(uri), new WebSocket.Listener() {
            @Override
            public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                received.add(data.toString());
                socket.request(1);
                return null;
            }
        }).join();
    }
}
