package io.sluice.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.config.model.TlsClientConfig;
import io.sluice.config.model.TlsServerConfig.CertificateConfig;
import io.sluice.config.model.TlsServerConfig.ClientVerification;
import io.sluice.config.model.TlsServerConfig.TlsVersion;
import io.sluice.session.HttpVariable;
import io.sluice.testing.TestAuthority;
import io.sluice.testing.TestAuthority.Issued;
import io.sluice.testing.TestAuthority.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/// Handshakes with peers: who is accepted, what is sent, which sessions are resumed.
@SuppressWarnings("NullAway") // JUnit sets the field
class UpstreamTlsTest {

    @TempDir
    static Path directory;

    private static final EventLoopGroup GROUP = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private static TestAuthority authority;
    private static Issued server;

    private final TlsContexts contexts = new TlsContexts();

    @BeforeAll
    static void issue() throws IOException {
        authority = TestAuthority.create(directory, "root");
        server = authority.issue("api", "EC", "DNS:api.example,DNS:*.wild.example,IP:10.1.2.3", Kind.SERVER);
    }

    @AfterAll
    static void end() {
        GROUP.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void aGoodPeerIsAccepted() {
        UpstreamTls tls = build(verifying(authority.certificate()));
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(server).build(contexts))) {
            assertThat(exchange(tls, echo, "api.example")).isEqualTo("hello");
            assertThat(exchange(tls, echo, "API.example")).isEqualTo("hello");
            assertThat(exchange(tls, echo, "b.wild.example")).isEqualTo("hello");
            assertThat(exchange(tls, echo, "10.1.2.3")).isEqualTo("hello");
        }
    }

    @Test
    void anotherNameIsNotAccepted() {
        UpstreamTls tls = build(verifying(authority.certificate()));
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(server).build(contexts))) {
            for (String name : List.of("other.example", "wild.example", "a.b.wild.example", "10.1.2.4", "api")) {
                assertThat(exchange(tls, echo, name)).isEqualTo("upstream SSL certificate does not match \"" + name + "\"");
            }
        }
    }

    @Test
    void anotherAuthorityIsNotAccepted() throws IOException {
        UpstreamTls tls = build(verifying(TestAuthority.create(directory, "stranger").certificate()));
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(server).build(contexts))) {
            assertThat(exchange(tls, echo, "api.example")).isEqualTo(
                    "upstream SSL certificate verify error: (21:unable to verify the first certificate)");
        }
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(authority.withChain(server)).build(contexts))) {
            assertThat(exchange(tls, echo, "api.example")).isEqualTo(
                    "upstream SSL certificate verify error: (19:self-signed certificate in certificate chain)");
        }
    }

    @Test
    void anExpiredCertificateIsNotAccepted() {
        Issued expired = authority.issueExpired("api.example", "DNS:api.example", Kind.SERVER);
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(expired).build(contexts))) {
            assertThat(exchange(build(verifying(authority.certificate())), echo, "api.example"))
                    .isEqualTo("upstream SSL certificate verify error: (10:certificate has expired)");
            assertThat(exchange(build(TlsClientConfig.DEFAULT), echo, "api.example")).isEqualTo("hello");
        }
    }

    @Test
    void aRevokedCertificateIsNotAccepted() {
        Issued revoked = authority.issue("api.example", "EC", "DNS:api.example", Kind.SERVER);
        authority.revoke(revoked);
        TlsClientConfig config = config(true, false, true, Optional.of(authority.certificate()),
                Optional.of(authority.revocations()), Optional.empty());
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(revoked).build(contexts))) {
            assertThat(exchange(build(config), echo, "api.example"))
                    .isEqualTo("upstream SSL certificate verify error: (23:certificate revoked)");
        }
    }

    @Test
    void theNameIsSentWhereConfigured() {
        UpstreamTls silent = build(TlsClientConfig.DEFAULT);
        UpstreamTls telling = build(config(true, true, false, Optional.empty(), Optional.empty(), Optional.empty()));
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(server).build(contexts))) {
            exchange(silent, echo, "api.example");
            assertThat(echo.details().serverName()).isEmpty();
            exchange(telling, echo, "my_service.example");
            assertThat(echo.details().serverName()).isEqualTo("my_service.example");
            exchange(telling, echo, "10.1.2.3");
            TlsDetails details = echo.details();
            assertThat(details.serverName()).isEmpty();
            assertThat(details.applicationProtocol()).isNull();
        }
    }

    @Test
    void theCertificateIsShown() {
        Issued own = authority.issue("proxy", "RSA", "", Kind.CLIENT);
        ServerSettings settings = ServerSettings.of(server);
        settings.verifyClient = ClientVerification.ON;
        settings.clientAuthorities = Optional.of(authority.certificate());
        UpstreamTls tls = build(config(true, false, false, Optional.empty(), Optional.empty(), Optional.of(
                new CertificateConfig(ServerSettings.at(1), own.certificate(), ServerSettings.at(2), own.key()))));
        for (TlsVersion version : TlsVersion.values()) {
            settings.protocols = Set.of(version);
            try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
                exchange(tls, echo, "api.example");
                TlsDetails details = echo.details();
                assertThat(details.value(HttpVariable.SSL_CLIENT_VERIFY)).isEqualTo("SUCCESS");
                assertThat(details.value(HttpVariable.SSL_CLIENT_S_DN)).isEqualTo("CN=proxy,O=Sluice,C=AT");
            }
        }
    }

    @Test
    void sessionsAreResumedForTheSamePeerAndName() {
        ServerSettings settings = ServerSettings.of(server);
        for (TlsVersion version : TlsVersion.values()) {
            settings.protocols = Set.of(version);
            UpstreamTls tls = build(verifying(authority.certificate()));
            try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
                assertThat(exchange(tls, echo, "api.example")).isEqualTo("hello");
                assertThat(echo.details().sessionReused()).isFalse();
                assertThat(exchange(tls, echo, "api.example")).isEqualTo("hello");
                assertThat(echo.details().sessionReused()).as(version.label()).isTrue();
                assertThat(exchange(tls, echo, "other.example")).contains("does not match");
            }
        }
    }

    @Test
    void withoutReuseEverySessionIsNew() {
        UpstreamTls tls = build(config(false, false, false, Optional.empty(), Optional.empty(), Optional.empty()));
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(server).build(contexts))) {
            for (int i = 0; i < 3; i++) {
                assertThat(exchange(tls, echo, "api.example")).isEqualTo("hello");
                assertThat(echo.details().sessionReused()).isFalse();
            }
        }
    }

    @Test
    void verifyingNeedsAuthorities() {
        try {
            contexts.upstream(config(true, false, true, Optional.empty(), Optional.empty(), Optional.empty()), List.of());
            throw new AssertionError("accepted");
        } catch (TlsConfigException e) {
            assertThat(e).hasMessage("no proxy_ssl_trusted_certificate for proxy_ssl_verify");
        }
    }

    private static TlsClientConfig verifying(Path authorities) {
        return config(true, false, true, Optional.of(authorities), Optional.empty(), Optional.empty());
    }

    private static TlsClientConfig config(boolean reuse, boolean sendName, boolean verify, Optional<Path> authorities,
            Optional<Path> revocations, Optional<CertificateConfig> certificate) {
        return new TlsClientConfig(ServerSettings.at(5), reuse, Set.of(TlsVersion.values()), "DEFAULT", Optional.empty(),
                sendName, verify, 1, authorities, revocations, certificate, Optional.empty(), List.of());
    }

    private UpstreamTls build(TlsClientConfig config) {
        try {
            return contexts.upstream(config, List.of());
        } catch (TlsConfigException e) {
            throw new AssertionError(e);
        }
    }

    /// What came back, or why the handshake failed.
    private static String exchange(UpstreamTls tls, TlsEcho echo, String name) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Channel channel = new Bootstrap()
                .group(GROUP)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connected) {
                        SslHandler handler = tls.newHandler(connected.alloc(), echo.address().toString(), name);
                        handler.handshakeFuture().addListener(done -> {
                            if (!done.isSuccess()) {
                                result.complete(TlsFailure.reason(done.cause()));
                            }
                        });
                        connected.pipeline().addLast(handler, new Answer(result));
                    }
                })
                .connect(echo.address())
                .syncUninterruptibly()
                .channel();
        channel.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));
        String answer = result.orTimeout(20, TimeUnit.SECONDS).join();
        channel.close().syncUninterruptibly();
        return answer;
    }

    private static final class Answer extends SimpleChannelInboundHandler<ByteBuf> {

        private final CompletableFuture<String> result;

        Answer(CompletableFuture<String> result) {
            this.result = result;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf message) {
            result.complete(message.toString(StandardCharsets.US_ASCII));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
