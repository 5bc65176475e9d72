package io.sluice.transport.channel;

import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Objects;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.transport.Pattern;
import io.sluice.transport.TestLoop;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// A [StreamChannel] carries Netty's SslHandler, on both transports.
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what counts is what arrives
class TlsChannelContractTest {

    private static final char[] PASSWORD = "password".toCharArray();

    private static final int BULK_BYTES = 24 << 20;

    private static @Nullable KeyStore keys;

    private final ChannelFixture fixture;

    TlsChannelContractTest(Transport transport) {
        fixture = new ChannelFixture(transport);
    }

    @BeforeAll
    static void makeCertificate(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("keys.p12");
        if (!Files.exists(file)) {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                            "-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-alias", "test",
                            "-dname", "CN=localhost", "-validity", "10", "-storetype", "PKCS12",
                            "-keystore", file.toString(), "-storepass", new String(PASSWORD))
                    .redirectErrorStream(true)
                    .start();
            assertThat(keytool.waitFor()).as(() -> keytool.inputReader().lines().toList().toString()).isZero();
        }
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            loaded.load(in, PASSWORD);
        }
        keys = loaded;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /// Sends back what comes; stops reading while it is not taken.
    private static final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write((ByteBuf) message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
            context.channel().config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.channel().config().setAutoRead(context.channel().isWritable());
        }
    }

    @Test
    void shakesHandsAndMovesBulk() throws Exception {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        SslContext context = SslContextBuilder.forServer(own).build();
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        SSLContext remoteContext = SSLContext.getInstance("TLS");
        remoteContext.init(null, trust.getTrustManagers(), null);
        try (Socket raw = fixture.dial()) {
            int fd = fixture.loop().nextAccepted();
            StreamChannel channel = fixture.loop().call(() -> {
                StreamChannel made = Objects.requireNonNull(fixture.channels().adopt(fd));
                made.pipeline().addLast(context.newHandler(made.alloc()), new Echo());
                fixture.loop().thread().register(made);
                return made;
            });
            SSLSocket remote = (SSLSocket) remoteContext.getSocketFactory().createSocket(raw, "localhost", 443, true);
            remote.setSoTimeout(TestLoop.REMOTE_TIMEOUT_MILLIS);
            remote.startHandshake();
            assertThat(remote.getSession().getProtocol()).isEqualTo("TLSv1.3");
            Future<?> written = fixture.remotely(() -> {
                Pattern.write(remote.getOutputStream(), BULK_BYTES, 100_000, 1);
                return null;
            });
            assertThat(remote.getInputStream().readNBytes(BULK_BYTES)).isEqualTo(Pattern.first(BULK_BYTES));
            written.get();
            remote.close();
            fixture.await("the channel is closed", () -> !channel.isOpen());
        }
    }
}
