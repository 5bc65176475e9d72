package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `limit_conn`, its zone, its log level and its dry run.
class LimitConnTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $limit_conn_status';
            access_log ${dir}/access.log end;
            limit_conn_zone $remote_addr zone=addresses:64k;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void overTheLimitASessionIsTurnedAwayUntilAnotherEnds(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.named("u");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0; limit_conn addresses 1; proxy_pass %s; }
                        """.formatted(upstream.address()))) {
            try (Socket first = proxy.connect(); Socket second = proxy.connect()) {
                assertThat(Wire.read(first, 1)).isEqualTo("u");
                assertThat(Wire.readAll(second)).isEmpty();
            }
            proxy.awaitNoSessions();
            try (Socket third = proxy.connect()) {
                assertThat(Wire.read(third, 1)).isEqualTo("u");
            }
            assertThat(proxy.awaitLines("access.log", 3)).containsExactly(
                    "503 limited REJECTED", "200 downstream_closed PASSED", "200 downstream_closed PASSED");
            assertThat(proxy.errorLog().lines().filter(line -> line.contains("limiting connections by zone \"addresses\"")))
                    .hasSize(1)
                    .allMatch(line -> line.contains("[error]") && line.contains("client: 127.0.0.1"));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void isExactForAllWorkersTogether(Transport transport) throws IOException {
        int sessions = 40;
        int limit = 7;
        try (TestUpstream upstream = TestUpstream.named("u");
                RunningProxy proxy = RunningProxy.start(transport, "worker_processes 2;", LOG + """
                        server { listen 127.0.0.1:0; limit_conn addresses %d; proxy_pass %s; }
                        """.formatted(limit, upstream.address()))) {
            List<Socket> open = Collections.synchronizedList(new ArrayList<>());
            try {
                for (int i = 0; i < sessions; i++) {
                    open.add(proxy.connect());
                }
                int admitted = 0;
                for (Socket socket : open) {
                    admitted += Wire.read(socket, 1).length();
                }
                assertThat(admitted).isEqualTo(limit);
                assertThat(proxy.awaitLines("access.log", sessions - limit)).containsOnly("503 limited REJECTED");
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void inADryRunEverybodyIsLetIn(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.named("u");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server {
                            listen 127.0.0.1:0; limit_conn addresses 1; limit_conn_dry_run on; limit_conn_log_level warn;
                            proxy_pass %s;
                        }
                        """.formatted(upstream.address()))) {
            try (Socket first = proxy.connect(); Socket second = proxy.connect()) {
                assertThat(Wire.read(first, 1) + Wire.read(second, 1)).isEqualTo("uu");
            }
            assertThat(proxy.awaitLines("access.log", 2)).containsExactlyInAnyOrder(
                    "200 downstream_closed PASSED", "200 downstream_closed REJECTED_DRY_RUN");
            assertThat(proxy.errorLog().lines()
                            .filter(line -> line.contains("limiting connections, dry run, by zone \"addresses\"")))
                    .hasSize(1)
                    .allMatch(line -> line.contains("[warn]"));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theKeyMayUseWhatSetDefines(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.named("u");
                RunningProxy proxy = RunningProxy.start(transport, """
                        limit_conn_zone $who zone=names:64k;
                        server { listen 127.0.0.1:0; set $who me; limit_conn names 1; proxy_pass %s; }
                        """.formatted(upstream.address()))) {
            try (Socket first = proxy.connect(); Socket second = proxy.connect()) {
                assertThat(Wire.read(first, 1)).isEqualTo("u");
                assertThat(Wire.readAll(second)).isEmpty();
            }
        }
    }
}
