package io.sluice.server;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Descriptors;
import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// A reload that fails says why and changes nothing.
class FailedReloadTest {

    private static final String MAIN = "worker_processes 1;";

    /// Grows the workers, adds a unix listener and a log, and changes options of the listener that there is, so that there
    /// is much to take back.
    private static final String WITH_ADDITIONS = """
            server { listen 127.0.0.1:0 backlog=7; listen unix:${dir}/added.sock; proxy_pass UPSTREAM;
                     access_log ${dir}/added.log basic; }
            log_format basic '$status';
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            server { listen 127.0.0.1:9 proxy_pass 127.0.0.1:9; }   | invalid parameter "proxy_pass"
            server { listen 127.0.0.1:0; proxy_pass 127.0.0.1:9;     | unexpected end of file
            server { listen 127.0.0.1:0; proxy_pass no.invalid:9; }  | host not found in upstream "no.invalid
            server { listen 127.0.0.1:TAKEN; proxy_pass [::1]:9; }   | bind() to 127.0.0.1:TAKEN failed (98: Address already in use)
            server { listen 192.0.2.1:9; proxy_pass 127.0.0.1:9; }   | bind() to 192.0.2.1:9 failed (99: Cannot assign requested address)
            server { listen unix:${dir}/x; return x; access_log ${dir}/missing/a.log basic; } | missing/a.log" failed (2: No such file or directory)
            """)
    void changesNothingAndSaysWhy(String broken, String why) throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                TestUpstream stranger = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(Transport.EPOLL, serverTo(upstream));
                Socket session = proxy.connect()) {
            String port = Integer.toString(stranger.port());
            String text = WITH_ADDITIONS.replace("UPSTREAM", upstream.address()) + broken.replace("TAKEN", port);
            echo(session, 'a');
            proxy.reload("worker_processes 3;", text); // the first time loads classes and opens their files
            List<String> before = Descriptors.open();
            String log = proxy.errorLog();

            ReloadResult result = proxy.reload("worker_processes 3;", text);

            assertThat(result.succeeded()).isFalse();
            assertThat(result.messages()).extracting(LoadedConfig.Message::text).anySatisfy(
                    message -> assertThat(message).contains(why.replace("TAKEN", port)));
            Eventually.await(() -> "descriptors " + before + " are now " + Descriptors.open(),
                    () -> Descriptors.open().equals(before));
            assertThat(Files.exists(proxy.directory().resolve("added.sock"))).isFalse();
            Status status = proxy.server().status();
            assertThat(status.generation()).isEqualTo(1);
            assertThat(status.workers()).isEqualTo(1);
            echo(session, 'b');
            try (Socket another = proxy.connect()) {
                echo(another, 'c');
            }
            proxy.awaitErrorLog(why.replace("TAKEN", port));
            assertThat(proxy.errorLog()).startsWith(log);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void afterOneTheNextSucceeds(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, serverTo(upstream))) {
            assertThat(proxy.reload(MAIN, "server {").succeeded()).isFalse();
            assertThat(proxy.reload(MAIN, serverTo(upstream)).succeeded()).isTrue();
            assertThat(proxy.server().status().generation()).isEqualTo(2);
            try (Socket session = proxy.connect()) {
                echo(session, 'd');
            }
        }
    }

    private static String serverTo(TestUpstream upstream) {
        return "server { listen 127.0.0.1:0; proxy_pass " + upstream.address() + "; }";
    }

    private static void echo(Socket socket, char c) throws IOException {
        socket.getOutputStream().write(c);
        assertThat(socket.getInputStream().read()).isEqualTo(c);
    }
}
