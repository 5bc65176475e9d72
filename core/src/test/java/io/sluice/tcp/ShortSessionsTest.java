package io.sluice.tcp;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.metrics.Metric;
import io.sluice.testing.Concurrently;
import io.sluice.testing.DescriptorCount;
import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Thousands of short sessions that end in every way and order, so that descriptors and slots are used again at once:
/// nothing is left of them.
class ShortSessionsTest {

    private static final int CALLERS = 8;

    private static final int SESSIONS_PER_CALLER = 250;

    private static final int MOST_BYTES = 100_000;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void leaveNothingBehind(Transport transport) throws Exception {
        // So few connections that a leak of one session in ten is noticed.
        try (TestUpstream upstream = TestUpstream.start(ShortSessionsTest::serve);
                RunningProxy proxy = RunningProxy.start(
                        transport,
                        "worker_processes 1; events { worker_connections 400; }",
                        "server { listen 127.0.0.1:0; proxy_pass " + upstream.address() + "; proxy_half_close on; }")) {
            DescriptorCount before = DescriptorCount.now();
            Concurrently.run(IntStream.range(0, CALLERS)
                    .<Concurrently.Task>mapToObj(caller -> () -> callRepeatedly(proxy, caller))
                    .toArray(Concurrently.Task[]::new));
            // The last callers do not wait for an answer: their connections may still be in the listener's queue.
            Eventually.await(
                    () -> value(proxy, Metric.SESSIONS_ACCEPTED) + " sessions accepted",
                    () -> value(proxy, Metric.SESSIONS_ACCEPTED) == CALLERS * SESSIONS_PER_CALLER);
            proxy.awaitNoSessions();
            before.awaitNoMoreSockets();
            assertThat(value(proxy, Metric.SESSIONS_ACTIVE)).isZero();
            assertThat(value(proxy, Metric.SESSIONS_RELAYING)).isZero();
            assertThat(value(proxy, Metric.ENDED_WORKER_CONNECTIONS)).isZero();
            assertThat(value(proxy, Metric.ENDED_INTERNAL_ERROR)).isZero();
            assertThat(value(proxy, Metric.PIPES_OPEN)).isEqualTo(value(proxy, Metric.PIPES_POOLED));
        }
    }

    private static long value(RunningProxy proxy, Metric metric) {
        return proxy.server().status().metrics().value(metric);
    }

    private static void callRepeatedly(RunningProxy proxy, int seed) {
        Random random = new Random(seed);
        for (int i = 0; i < SESSIONS_PER_CALLER; i++) {
            try (Socket socket = proxy.connect()) {
                call(socket, random);
            } catch (IOException _) {
                // The other end resets as often as this one.
            }
        }
    }

    private static void call(Socket socket, Random random) throws IOException {
        byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(MOST_BYTES) : random.nextInt(100)];
        // Tells the upstream what to do.
        socket.getOutputStream().write(random.nextInt(5));
        socket.getOutputStream().write(bytes);
        switch (random.nextInt(4)) {
            case 0 -> Relayed.reset(socket);
            case 1 -> {
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            }
            case 2 -> {
                int received = socket.getInputStream().read();
                assertThat(received).isLessThan(256);
            }
            default -> {
                // Closed with whatever comes unread.
            }
        }
    }

    private static void serve(Socket socket) throws IOException {
        switch (socket.getInputStream().read()) {
            case 0 -> Relayed.reset(socket);
            case 1 -> socket.shutdownOutput();
            case 2 -> {
                socket.getOutputStream().write(new byte[MOST_BYTES]);
                socket.shutdownOutput();
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
            case 3 -> {
                socket.getOutputStream().write(new byte[10]);
                Relayed.reset(socket);
            }
            default -> socket.getInputStream().transferTo(socket.getOutputStream());
        }
    }
}
