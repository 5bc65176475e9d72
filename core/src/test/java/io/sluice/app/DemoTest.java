package io.sluice.app;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.testing.UdpClient;
import io.sluice.transport.linux.Signal;

import static org.assertj.core.api.Assertions.assertThat;

/// `scripts/sluice demo`, as a new user meets it.
class DemoTest {

    @BeforeAll
    static void build() throws Exception {
        Launched.build();
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void saysWhatItStartedAndEndsCleanly(@TempDir Path directory) throws Exception {
        try (Launched demo = Launched.start(directory, "demo")) {
            String introduction = demo.awaitOutput("Ctrl-C ends the demo.");
            assertThat(introduction).contains("process " + demo.pid()).contains("| nc -N", "curl -s telnet:");
            List<Integer> ports = Pattern.compile("listen 127\\.0\\.0\\.1:(\\d+)( udp)?;")
                    .matcher(introduction)
                    .results()
                    .map(match -> Integer.valueOf(match.group(1)))
                    .toList();

            assertThat(session(ports.get(0), "hello\n")).isEqualTo("hello\n");
            assertThat(session(ports.get(1), "")).startsWith("Hello 127.0.0.1:");
            assertThat(demo.awaitLine("TCP 127.0.0.1 -> 127.0.0.1:")).contains("6 in, 6 out");
            try (UdpClient client = UdpClient.to(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(2)))) {
                assertThat(client.exchange("hello")).isEqualTo("hello");
            }
            assertThat(demo.awaitLine("UDP 127.0.0.1 -> 127.0.0.1:")).contains("5 in, 5 out");

            URI page = URI.create("http://127.0.0.1:" + ports.get(3) + "/");
            try (HttpClient client = HttpClient.newHttpClient()) {
                assertThat(client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body())
                        .contains("<h1>Chat</h1>");
                BlockingQueue<String> heard = new LinkedBlockingQueue<>();
                WebSocket member = join(client, page, heard);
                member.sendText("hello", true).join();
                assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
                member.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            }
            assertThat(demo.awaitLine("\"GET /chat HTTP/1.1\"")).startsWith("HTTP 127.0.0.1 ").contains("  101, ");

            demo.signal(Signal.INT);
            assertThat(demo.awaitExit()).isZero();
            assertThat(directory).isEmptyDirectory();
        }
    }

    private static WebSocket join(HttpClient client, URI page, BlockingQueue<String> heard) {
        return client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://" + page.getAuthority() + "/chat"), new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                        heard.add(data.toString());
                        socket.request(1);
                        return null;
                    }
                })
                .join();
    }

    private static String session(int port, String text) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
