package io.sluice.server;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.metrics.Metric;
import io.sluice.testing.BusySessions;
import io.sluice.testing.Descriptors;
import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Reloads under load: nobody notices.
class ReloadTest {

    /// The JIT, the test's own clients and garbage that is not collected yet move the figure; what a session or a
    /// generation leaked would add up to more.
    private static final long MEMORY_MARGIN_BYTES = 24L << 20;

    private static final int[] WORKERS = {2, 1, 3};

    @ParameterizedTest
    @EnumSource(Transport.class)
    void twoHundredBusySessionsOutliveTwentyReloads(Transport transport) {
        reloadUnderLoad(transport, 20);
    }

    @Tag("soak")
    @ParameterizedTest
    @EnumSource(Transport.class)
    void twoHundredBusySessionsOutliveThousandReloads(Transport transport) {
        reloadUnderLoad(transport, 1000);
    }

    private static void reloadUnderLoad(Transport transport, int reloads) {
        try (TestUpstream one = TestUpstream.start(ReloadTest::echoFairly);
                TestUpstream other = TestUpstream.start(ReloadTest::echoFairly);
                RunningProxy proxy = RunningProxy.start(transport, main(2), stream(one, false));
                BusySessions sessions = new BusySessions(proxy::address)) {
            int port = proxy.address().getPort();
            sessions.smallMessages(150);
            sessions.bulk(50);
            sessions.newConnections(2);
            Eventually.await("all are served", () -> one.accepted() >= 200 && sessions.connections() > 10);
            Set<String> listeners = Descriptors.listening(port);
            assertThat(listeners).hasSize(2);
            proxy.reload(main(3), stream(one, true)); // the third worker's socket, and the second listener's
            Set<String> all = Descriptors.listening(port);
            long memory = usedMemory();
            for (int i = 0; i < reloads; i++) {
                long verified = sessions.verifiedBytes();
                int connections = sessions.connections();
                ReloadResult result = proxy.reload(
                        main(WORKERS[i % WORKERS.length]), stream(i % 2 == 0 ? other : one, i % 4 < 2));
                assertThat(result.succeeded()).as("%s", result.messages()).isTrue();
                assertThat(Descriptors.listening(port)).isEqualTo(all);
                Eventually.await("sessions go on and new ones begin",
                        () -> sessions.verifiedBytes() > verified + (1 << 20) && sessions.connections() > connections + 2);
                assertThat(sessions.failures()).isEmpty();
            }
            assertThat(all).containsAll(listeners);
            assertThat(usedMemory() - memory).as("growth").isLessThan(MEMORY_MARGIN_BYTES);
            sessions.finish();
            assertThat(sessions.failures()).isEmpty();
            proxy.awaitNoSessions();
            assertThat(other.accepted()).isPositive();
            proxy.awaitErrorLog("the last session of generation 1 has ended");
            proxy.awaitErrorLog("the last session of generation " + (reloads + 1) + " has ended");
        }
    }

    private static void echoFairly(Socket socket) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        for (int n = socket.getInputStream().read(buffer); n > 0; n = socket.getInputStream().read(buffer)) {
            socket.getOutputStream().write(buffer, 0, n);
            LockSupport.parkNanos(1); // as in BusySessions
        }
    }

    private static String main(int workers) {
        return "worker_processes " + workers + ";";
    }

    private static String stream(TestUpstream upstream, boolean second) {
        String added = second ? "server { listen 127.0.0.1:0 backlog=64; proxy_pass %s; }" : "";
        return """
                access_log ${dir}/access-%d.log basic;
                log_format basic '$status $session_outcome';
                server { listen 127.0.0.1:0; proxy_pass %s; }
                """.formatted(upstream.port(), upstream.address()) + added.formatted(upstream.address());
    }

    private static long usedMemory() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aSessionStaysWithTheGenerationItBeganWith(Transport transport) throws IOException {
        try (TestUpstream old = TestUpstream.start();
                TestUpstream young = TestUpstream.start(socket -> socket.getOutputStream().write('y'));
                RunningProxy proxy = RunningProxy.start(transport, serverTo(old))) {
            try (Socket session = proxy.connect()) {
                echo(session, 'a');
                assertThat(proxy.reload("worker_processes 1;", serverTo(young)).succeeded()).isTrue();
                echo(session, 'b');
                try (Socket other = proxy.connect()) {
                    assertThat(other.getInputStream().read()).isEqualTo('y');
                }
                assertThat(proxy.errorLog()).doesNotContain("generation 1");
            }
            proxy.awaitErrorLog(
                    "worker process " + ProcessHandle.current().pid() + " exited with code 0: the last session of generation 1");
            assertThat(proxy.server().status().generation()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aSuperfluousWorkerEndsWithItsLastSession(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, main(4), serverTo(upstream))) {
            Socket[] sessions = new Socket[64]; // with 4 sockets none is without a session
            for (int i = 0; i < sessions.length; i++) {
                sessions[i] = proxy.connect();
                echo(sessions[i], 'x');
            }
            assertThat(proxy.reload(main(1), serverTo(upstream)).succeeded()).isTrue();
            assertThat(workerThreads()).isEqualTo(4);
            assertThat(proxy.server().status().sessions()).isEqualTo(sessions.length);
            for (Socket session : sessions) {
                echo(session, 'z');
                session.close();
            }
            Eventually.await(() -> workerThreads() + " threads", () -> workerThreads() == 1);
            for (int i = 0; i < 16; i++) { // all four sockets are watched by the one that is left
                try (Socket session = proxy.connect()) {
                    echo(session, 'n');
                }
            }
            assertThat(proxy.server().status().metrics().value(Metric.SESSIONS_ACCEPTED))
                    .as("counts of ended workers stay")
                    .isEqualTo(sessions.length + 16);
        }
    }

    private static String serverTo(TestUpstream upstream) {
        return "server { listen 127.0.0.1:0; proxy_pass " + upstream.address() + "; }";
    }

    private static long workerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("sluice-worker-"))
                .count();
    }

    private static void echo(Socket socket, char c) throws IOException {
        socket.getOutputStream().write(c);
        assertThat(socket.getInputStream().read()).isEqualTo(c);
    }
}
