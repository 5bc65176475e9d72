package io.sluice.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.app.Sluice;
import io.sluice.config.model.LogLevel;
import io.sluice.session.ErrorSink;
import io.sluice.testing.FreePorts;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// The project's first configuration: one server for TCP and one for UDP, on the same port.
class SeedConfigurationTest {

    @ParameterizedTest
    @EnumSource(Transport.class)
    void tcpAndUdpRunOnTheSamePort(Transport transport, @TempDir Path directory) throws IOException, StartException {
        int port = FreePorts.next();
        try (TestUpstream upstream = TestUpstream.start();
                TestDatagramUpstream echo = TestDatagramUpstream.start(
                        new InetSocketAddress("127.0.0.1", upstream.port()), (datagram, itself) -> itself.send(datagram.sender(), datagram.bytes()))) {
            Path configuration = Files.writeString(directory.resolve("nginx.conf"), seed()
                    .replaceAll("proxy_pass [^;]+;", "proxy_pass " + upstream.address() + ";")
                    .replace("listen 9958", "listen " + port));
            List<String> messages = new CopyOnWriteArrayList<>();
            ServerOptions options = ServerOptions.of(new Collecting(messages)).withTransport(transport.label());
            InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
            try (ProxyServer server = Sluice.start(configuration, options);
                    Socket socket = new Socket(loopback, port);
                    UdpClient client = UdpClient.to(new InetSocketAddress(loopback, port))) {
                assertThat(Wire.echo(socket, "hello")).isEqualTo("hello");
                assertThat(client.exchange("hello")).isEqualTo("hello");
                assertThat(server.status().listening()).hasSize(2);
                assertThat(echo.senders()).hasSize(1);
            }
            assertThat(messages).noneMatch(line -> line.contains("not yet supported"));
        }
    }

    private static String seed() throws IOException {
        try (InputStream in = SeedConfigurationTest.class.getResourceAsStream("/seed/tcp-udp.conf")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private record Collecting(List<String> messages) implements ErrorSink {

        @Override
        public boolean admits(LogLevel level) {
            return true;
        }

        @Override
        public void log(LogLevel level, long connection, String message) {
            messages.add(level + " " + message);
        }
    }
}
