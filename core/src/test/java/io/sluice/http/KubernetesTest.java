package io.sluice.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocketFactory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// The shape of a Kubernetes API server behind the proxy, TLS on both sides: `exec` by the upgrade to SPDY/3.1 that older
/// kubectl asks for, and by the WebSocket of newer ones, and `watch`, whose events come one by one. A stand-in that says
/// what the API server says; what follows a 101 is bytes to a proxy.
@SuppressWarnings("StringConcatToTextBlock") // the lines end in CR LF, which a text block hides
class KubernetesTest {

    private static final String SPDY = "POST /api/v1/namespaces/default/pods/web/exec?command=sh&stdin=true&tty=true HTTP/1.1\r\n"
            + "Host: localhost\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
            + "X-Stream-Protocol-Version: v4.channel.k8s.io\r\nX-Stream-Protocol-Version: v3.channel.k8s.io\r\n\r\n";

    private static final String WEBSOCKET = "GET /api/v1/namespaces/default/pods/web/exec?command=sh HTTP/1.1\r\n"
            + "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n";

    private static final String WATCH = "GET /api/v1/pods?watch=true HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final Path directory;

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();

    private TestCertificate certificate;

    private SSLServerSocket apiServer;

    KubernetesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void startApiServer() throws Exception {
        certificate = TestCertificate.make(directory);
        int code = new ProcessBuilder("openssl", "pkcs12", "-export", "-in", certificate.certificate().toString(), "-inkey",
                certificate.key().toString(), "-out", directory.resolve("keys.p12").toString(), "-passout", "pass:secret")
                .start()
                .waitFor();
        assertThat(code).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve("keys.p12"))) {
            keys.load(in, "secret".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        apiServer = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptAll);
    }

    @AfterEach
    void stopApiServer() throws IOException {
        apiServer.close();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = apiServer.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            String head = HttpWire.head(in);
            heads.add(head);
            if (head.contains("watch=true")) {
                write(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (String event = events.take(); !event.isEmpty(); event = events.take()) {
                    write(out, Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
                }
                write(out, "0\r\n\r\n");
                return;
            }
            boolean spdy = head.contains("SPDY/3.1");
            // The first bytes of the new protocol come in one piece with the head.
            write(out, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
                    + (spdy ? "SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io" : "websocket\r\nSec-WebSocket-Accept: "
                            + "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: v5.channel.k8s.io")
                    + "\r\n\r\nready;");
            in.transferTo(out);
        } catch (IOException _) {
            // the proxy has closed
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private RunningProxy proxy(Transport transport) {
        return RunningProxy.startHttp(
                transport, """
                    access_log off;
                    map $http_upgrade $connection_upgrade { default upgrade; '' close; }
                    server {
                        listen 127.0.0.1:0 ssl;
                        %s
                        location / {
                            proxy_pass https://127.0.0.1:%d;
                            proxy_ssl_verify on;
                            proxy_ssl_trusted_certificate %s;
                            proxy_ssl_name localhost;
                            proxy_ssl_server_name on;
                            proxy_http_version 1.1;
                            proxy_set_header Upgrade $http_upgrade;
                            proxy_set_header Connection $connection_upgrade;
                            proxy_buffering off;
                            proxy_read_timeout 1h;
                        }
                    }
                    """.formatted(certificate.directives(), apiServer.getLocalPort(), certificate.certificate()));
    }

    private Socket connect(RunningProxy proxy) {
        try {
            SSLSocketFactory factory = certificate.trusting().getSocketFactory();
            Socket socket = factory.createSocket("localhost", proxy.address().getPort());
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(20));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void execBySpdy(Transport transport) throws Exception {
        try (RunningProxy proxy = proxy(transport);
                Socket client = connect(proxy)) {
            assertThat(exec(client, SPDY))
                    .startsWith("HTTP/1.1 101 ")
                    .contains("\r\nUpgrade: SPDY/3.1\r\n", "\r\nConnection: upgrade\r\n", "\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n");
            assertThat(heads.poll(20, TimeUnit.SECONDS)).isNotNull()
                    .contains("X-Stream-Protocol-Version: v4.channel.k8s.io\r\nX-Stream-Protocol-Version: v3.channel.k8s.io\r\n")
                    .contains("Upgrade: SPDY/3.1\r\n", "Connection: upgrade\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void execByWebSocket(Transport transport) throws Exception {
        try (RunningProxy proxy = proxy(transport);
                Socket client = connect(proxy)) {
            assertThat(exec(client, WEBSOCKET))
                    .startsWith("HTTP/1.1 101 ")
                    .contains("\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n", "\r\nUpgrade: websocket\r\n");
        }
    }

    /// The head of the answer; bytes go both ways after it, and the end of one side ends the other.
    private static String exec(Socket client, String request) throws IOException {
        write(client.getOutputStream(), request);
        InputStream in = client.getInputStream();
        String head = HttpWire.head(in);
        assertThat(new String(in.readNBytes(6), StandardCharsets.US_ASCII)).isEqualTo("ready;");
        byte[] much = new byte[300_000];
        Thread.ofVirtual().start(() -> {
            try {
                client.getOutputStream().write(much);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(in.readNBytes(much.length)).isEqualTo(much);
        client.shutdownOutput();
        assertThat(in.read()).isEqualTo(-1);
        return head;
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void everyEventOfAWatchComesAtOnce(Transport transport) throws Exception {
        try (RunningProxy proxy = proxy(transport);
                Socket client = connect(proxy)) {
            write(client.getOutputStream(), WATCH);
            InputStream in = client.getInputStream();
            assertThat(HttpWire.head(in)).startsWith("HTTP/1.1 200 OK\r\n").contains("\r\nTransfer-Encoding: chunked\r\n");
            for (int i = 0; i < 5; i++) {
                String event = "{\"type\":\"ADDED\",\"number\":" + i + "}\n";
                events.add(event);
                assertThat(chunk(in)).isEqualTo(event);
            }
            events.add("");
            assertThat(chunk(in)).isEmpty();
        }
    }

    private static String chunk(InputStream in) throws IOException {
        StringBuilder size = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            assertThat(b).isPositive();
            size.append((char) b);
        }
        byte[] data = in.readNBytes(Integer.parseInt(size.toString().strip(), 16) + 2);
        return new String(data, 0, data.length - 2, StandardCharsets.US_ASCII);
    }
}
