package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.metrics.Metric;
import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestAuthority;
import io.sluice.testing.TestAuthority.Issued;
import io.sluice.testing.TestAuthority.Kind;
import io.sluice.testing.TestTls;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// TLS on the sides of stream sessions: `listen ... ssl` and `proxy_ssl`.
class TlsTest {

    private static final String LOG = """
            log_format end '$status $bytes_received $bytes_sent $upstream_bytes_sent $upstream_bytes_received $session_outcome';
            access_log ${dir}/access.log end;
            """;

    private static TestAuthority authority;
    private static Issued alpha;
    private static Issued beta;
    private static Issued client;
    private static TestTls trusting;
    private static TestTls withCertificate;

    @BeforeAll
    static void issue(@TempDir Path directory) throws IOException {
        authority = TestAuthority.create(directory, "root");
        alpha = authority.issue("alpha.example", "EC", "DNS:alpha.example", Kind.SERVER);
        beta = authority.issue("beta.example", "EC", "DNS:beta.example", Kind.SERVER);
        client = authority.issue("client", "EC", "", Kind.CLIENT);
        trusting = TestTls.trusting(authority.certificate(), null);
        withCertificate = TestTls.trusting(authority.certificate(), client);
    }

    private static String identity(Issued issued) {
        return "ssl_certificate %s; ssl_certificate_key %s;".formatted(issued.certificate(), issued.key());
    }

    /// An upstream that speaks TLS, and echoes.
    private static TestUpstream secure(Issued identity) throws IOException {
        TestTls tls = TestTls.trusting(authority.certificate(), identity);
        return TestUpstream.start(socket -> {
            try (SSLSocket secured = tls.server(socket)) {
                secured.getInputStream().transferTo(secured.getOutputStream());
            }
        });
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(11).nextBytes(bytes);
        return bytes;
    }

    /// Sends all while another thread reads as much.
    private static byte[] exchange(Socket socket, byte[] all) throws Exception {
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                socket.getOutputStream().write(all);
            } catch (IOException _) {
                // The reader sees it.
            }
        });
        byte[] back = socket.getInputStream().readNBytes(all.length);
        writer.join();
        return back;
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientsTlsEndsHere(Transport transport) throws Exception {
        byte[] big = bytes(5_000_000);
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        log_format tls '$ssl_protocol $ssl_server_name $ssl_session_reused $ssl_client_verify $server_name';
                        server {
                            listen 127.0.0.1:0 ssl;
                            server_name alpha.example;
                            access_log ${dir}/access.log end;
                            access_log ${dir}/tls.log tls;
                            %s
                            proxy_pass %s;
                        }
                        """.formatted(identity(alpha), upstream.address()))) {
            try (SSLSocket socket = trusting.client(proxy.connect(), "alpha.example")) {
                assertThat(Wire.echo(socket, "hello")).isEqualTo("hello");
                assertThat(exchange(socket, big)).isEqualTo(big);
            }
            assertThat(proxy.awaitLines("access.log", 1))
                    .containsExactly("200 5000005 5000005 5000005 5000005 downstream_closed");
            assertThat(proxy.awaitLines("tls.log", 1)).containsExactly("TLSv1.3 alpha.example . NONE alpha.example");
            proxy.awaitNoSessions();
            assertThat(metric(proxy, Metric.DOWNSTREAM_BYTES_RECEIVED)).isEqualTo(5_000_005);
            assertThat(metric(proxy, Metric.UPSTREAM_BYTES_RECEIVED)).isEqualTo(5_000_005);
        }
    }

    private static long metric(RunningProxy proxy, Metric metric) {
        return proxy.server().status().metrics().value(metric);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPeersTlsIsSpoken(Transport transport) throws Exception {
        byte[] big = bytes(5_000_000);
        try (TestUpstream upstream = secure(alpha);
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server {
                            listen 127.0.0.1:0;
                            proxy_pass %s;
                            proxy_ssl on;
                            proxy_ssl_verify on;
                            proxy_ssl_trusted_certificate %s;
                            proxy_ssl_name alpha.example;
                            proxy_ssl_server_name on;
                        }
                        """.formatted(upstream.address(), authority.certificate()))) {
            try (Socket socket = proxy.connect()) {
                assertThat(Wire.echo(socket, "hello")).isEqualTo("hello");
                assertThat(exchange(socket, big)).isEqualTo(big);
            }
            assertThat(proxy.awaitLines("access.log", 1))
                    .containsExactly("200 5000005 5000005 5000005 5000005 downstream_closed");
            proxy.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bothSidesMayBeTls(Transport transport) throws Exception {
        byte[] big = bytes(3_000_000);
        try (TestUpstream upstream = secure(beta);
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 ssl; %s proxy_pass %s; proxy_ssl on; }
                        """.formatted(identity(alpha), upstream.address()));
                SSLSocket socket = trusting.client(proxy.connect(), "alpha.example")) {
            assertThat(exchange(socket, big)).isEqualTo(big);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPeerThatIsNotTheRightOneIsAFailedAttempt(Transport transport) throws Exception {
        try (TestUpstream wrong = secure(beta);
                TestUpstream right = secure(alpha);
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream both { server %s; server %s backup; }
                        proxy_ssl on;
                        proxy_ssl_verify on;
                        proxy_ssl_trusted_certificate %s;
                        proxy_ssl_name alpha.example;
                        server { listen 127.0.0.1:0; proxy_pass both; }
                        server { listen 127.0.0.1:0; proxy_pass %s; }
                        """.formatted(wrong.address(), right.address(), authority.certificate(), wrong.address()))) {
            try (Socket socket = proxy.connect(0)) {
                assertThat(Wire.echo(socket, "hello")).isEqualTo("hello");
            }
            proxy.awaitErrorLog("while SSL handshaking to upstream");
            try (Socket socket = proxy.connect(1)) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(proxy.awaitLines("access.log", 2))
                    .containsExactly("200 5 5 0, 5 0, 5 downstream_closed", "502 0 0 0 0 upstream_handshake_failed");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theNameChoosesTheServer(Transport transport) throws Exception {
        int port = FreePorts.next();
        try (TestUpstream first = TestUpstream.named("first");
                TestUpstream second = TestUpstream.named("second");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:%1$d ssl default_server; ssl_reject_handshake on; return no; }
                        server { listen 127.0.0.1:%1$d ssl; server_name alpha.example; %2$s proxy_pass %3$s; }
                        server { listen 127.0.0.1:%1$d ssl; server_name *.beta.example beta.example; %4$s proxy_pass %5$s; }
                        """.formatted(port, identity(alpha), first.address(), identity(beta), second.address()))) {
            try (SSLSocket socket = trusting.client(proxy.connect(), "alpha.example")) {
                assertThat(Wire.read(socket, 5)).isEqualTo("first");
            }
            try (SSLSocket socket = trusting.client(proxy.connect(), "beta.example")) {
                assertThat(Wire.read(socket, 6)).isEqualTo("second");
            }
            try (SSLSocket socket = trusting.client(proxy.connect(), "gamma.example")) {
                assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class)
                        .hasMessageContaining("unrecognized_name");
            }
            proxy.awaitErrorLog("SSL handshake rejected for \"gamma.example\" while SSL handshaking");
            assertThat(proxy.awaitLines("access.log", 3).getLast()).isEqualTo("500 0 0 - - handshake_failed");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void clientsHaveToShowACertificate(Transport transport) throws Exception {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        log_format tls '$ssl_client_verify $ssl_client_s_dn';
                        server {
                            listen 127.0.0.1:0 ssl;
                            access_log ${dir}/access.log end;
                            access_log ${dir}/tls.log tls;
                            %s
                            ssl_verify_client on;
                            ssl_client_certificate %s;
                            proxy_pass %s;
                        }
                        """.formatted(identity(alpha), authority.certificate(), upstream.address()))) {
            try (SSLSocket socket = trusting.client(proxy.connect(), "alpha.example")) {
                socket.startHandshake();
                assertThat(ends(socket)).isTrue();
            }
            proxy.awaitErrorLog("client sent no required SSL certificate while SSL handshaking");
            try (SSLSocket socket = withCertificate.client(proxy.connect(), "alpha.example")) {
                assertThat(Wire.echo(socket, "hello")).isEqualTo("hello");
            }
            assertThat(proxy.awaitLines("access.log", 2).getFirst()).isEqualTo("500 0 0 - - handshake_failed");
            assertThat(proxy.awaitLines("tls.log", 2)).containsExactly("NONE -", "SUCCESS CN=client,O=Sluice,C=AT");
        }
    }

    private static boolean ends(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException | SSLException _) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aHandshakeHasToBeOverInTime(Transport transport) throws Exception {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 ssl; %s ssl_handshake_timeout 200ms; return never; }
                        """.formatted(identity(alpha)));
                Socket socket = proxy.connect()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("500 0 0 - - handshake_failed");
            assertThat(proxy.errorLog()).contains("timed out");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatIsNoHandshakeEndsTheSession(Transport transport) throws Exception {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 ssl; %s return never; }
                        """.formatted(identity(alpha)))) {
            try (Socket socket = proxy.connect()) {
                Wire.send(socket, "GET / HTTP/1.1\r\n\r\n");
                assertThat(ends(socket)).isTrue();
            }
            try (Socket socket = proxy.connect()) {
                socket.shutdownOutput();
                assertThat(ends(socket)).isTrue();
            }
            assertThat(proxy.awaitLines("access.log", 2)).containsOnly("500 0 0 - - handshake_failed");
            proxy.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aProtocolIsAgreedOn(Transport transport) throws Exception {
        try (RunningProxy proxy = RunningProxy.start(transport, """
                        server { listen 127.0.0.1:0 ssl; %s ssl_alpn one two; return "$ssl_alpn_protocol."; }
                        """.formatted(identity(alpha)))) {
            try (SSLSocket socket = offering(proxy, "three", "two")) {
                assertThat(Wire.readAll(socket)).isEqualTo("two.");
            }
            try (SSLSocket socket = trusting.client(proxy.connect(), "alpha.example")) {
                assertThat(Wire.readAll(socket)).isEqualTo(".");
            }
            try (SSLSocket socket = offering(proxy, "three")) {
                assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class)
                        .hasMessageContaining("no_application_protocol");
            }
        }
    }

    private static SSLSocket offering(RunningProxy proxy, String... protocols) throws IOException {
        SSLSocket socket = trusting.client(proxy.connect(), "alpha.example");
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPeersEndIsPassedOnAndTheOtherDirectionGoesOn(Transport transport) throws Exception {
        AtomicLong received = new AtomicLong();
        try (TestUpstream upstream = TestUpstream.start(socket -> {
                    socket.shutdownOutput();
                    received.set(socket.getInputStream().readAllBytes().length);
                });
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 ssl; %s proxy_pass %s; proxy_half_close on; }
                        """.formatted(identity(alpha), upstream.address()))) {
            try (SSLSocket socket = trusting.client(proxy.connect(), "alpha.example")) {
                assertThat(socket.getInputStream().read()).as("close_notify").isEqualTo(-1);
                socket.getOutputStream().write(bytes(1_000_000));
            }
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 1000000 0 1000000 0 upstream_closed");
            Eventually.await(() -> "all arrives: " + received, () -> received.get() == 1_000_000);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anIdleSessionEnds(Transport transport) throws Exception {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 ssl; %s proxy_pass %s; proxy_timeout 300ms; }
                        """.formatted(identity(alpha), upstream.address()));
                SSLSocket socket = trusting.client(proxy.connect(), "alpha.example")) {
            assertThat(Wire.echo(socket, "hello")).isEqualTo("hello");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 5 5 5 5 idle_timeout");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void rulesComeBeforeTheHandshake(Transport transport) throws Exception {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 ssl; %s deny all; return never; }
                        """.formatted(identity(alpha)));
                Socket socket = proxy.connect()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("403 0 0 - - denied");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aResetIsNoEnd(Transport transport) throws Exception {
        try (TestUpstream upstream = TestUpstream.start(socket -> {
                    socket.getInputStream().readNBytes(5);
                    socket.setSoLinger(true, 0);
                });
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 ssl; %s proxy_pass %s; }
                        """.formatted(identity(alpha), upstream.address()));
                SSLSocket socket = trusting.client(proxy.connect(), "alpha.example")) {
            Wire.send(socket, "hello");
            assertThatThrownBy(socket.getInputStream()::read).as("no close_notify before it")
                    .isInstanceOf(SocketException.class).hasMessageContaining("reset");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 5 0 5 0 upstream_reset");
        }
    }

    /// Nor is TLS that has broken, for the side that cannot know.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void brokenTlsIsNoEnd(Transport transport) throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        try (TestUpstream upstream = TestUpstream.start(socket -> {
                    socket.getOutputStream().write(socket.getInputStream().readNBytes(5));
                    try {
                        end.complete("read " + socket.getInputStream().read());
                    } catch (SocketException e) {
                        end.complete(e.getMessage());
                    }
                });
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 ssl; %s proxy_pass %s; }
                        """.formatted(identity(alpha), upstream.address()));
                Socket plain = proxy.connect();
                SSLSocket socket = trusting.client(plain, "alpha.example")) {
            assertThat(Wire.echo(socket, "hello")).isEqualTo("hello");
            byte[] record = bytes(5 + 64);
            System.arraycopy(new byte[] {23, 3, 3, 0, 64}, 0, record, 0, 5);
            // BoringSSL answers the first with an alert, and has failed with the next.
            plain.getOutputStream().write(record);
            plain.getOutputStream().write(record);
            assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo("Connection reset");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 5 5 5 5 downstream_error");
        }
    }

    /// What a side sent before its end is still on its way while the other speaks: nobody hears that, and nothing breaks.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientMaySpeakToAPeerThatHasEnded(Transport transport) throws Exception {
        byte[] all = bytes(64 * 1024);
        TestTls tls = TestTls.trusting(authority.certificate(), alpha);
        CountDownLatch ended = new CountDownLatch(1);
        try (TestUpstream upstream = TestUpstream.start(plain -> {
                    try (SSLSocket socket = tls.server(plain)) {
                        socket.getOutputStream().write(all);
                        socket.shutdownOutput();
                        if (socket.getInputStream().read() < 0) {
                            ended.countDown();
                        }
                        plain.getInputStream().readAllBytes();
                    }
                });
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 sndbuf=4k; proxy_pass %s; proxy_ssl on; }
                        """.formatted(upstream.address()));
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(proxy.address());
            assertThat(ended.await(20, TimeUnit.SECONDS)).as("the peer's close_notify is answered").isTrue();
            long turns = metric(proxy, Metric.LOOP_TURNS);
            Wire.send(socket, "x");
            Eventually.await("it is received", () -> metric(proxy, Metric.LOOP_TURNS) > turns
                    || !proxy.file("access.log").isEmpty());
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(all);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 1 65536 0 65536 upstream_closed");
        }
    }

    /// A peer that ends instead of answering fails at once, not after proxy_connect_timeout.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPeerThatEndsWithinTheHandshakeIsAFailedAttempt(Transport transport) throws Exception {
        try (TestUpstream upstream = TestUpstream.start(socket -> {
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                });
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0; proxy_pass %s; proxy_ssl on; }
                        """.formatted(upstream.address()));
                Socket socket = proxy.connect()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("502 0 0 0 0 upstream_handshake_failed");
            proxy.awaitErrorLog("peer closed connection in SSL handshake while SSL handshaking to upstream");
            proxy.awaitNoSessions();
        }
    }

    /// A peer that sends without end is not read from while the client does not read.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aSlowReaderHoldsTheSenderBack(Transport transport) throws Exception {
        AtomicLong sent = new AtomicLong();
        byte[] part = bytes(64 * 1024);
        try (TestUpstream upstream = TestUpstream.start(socket -> {
                    for (int i = 0; i < 1024; i++) {
                        socket.getOutputStream().write(part);
                        sent.addAndGet(part.length);
                    }
                });
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 ssl; %s proxy_pass %s; }
                        """.formatted(identity(alpha), upstream.address()));
                SSLSocket socket = trusting.client(proxy.connect(), "alpha.example")) {
            assertThat(socket.getInputStream().read()).isEqualTo(part[0] & 0xff);
            long[] last = {-1, 0};
            Eventually.await(() -> "the sender stands still", () -> {
                long now = sent.get();
                last[1] = now == last[0] ? last[1] + 1 : 0;
                last[0] = now;
                return last[1] > 100;
            });
            assertThat(sent.get()).isLessThan(40L * 1024 * 1024);
            assertThat(socket.getInputStream().readAllBytes()).hasSize(1024 * part.length - 1);
        }
    }
}
