package io.sluice.udp;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// What a worker's thread allocates while it relays datagrams of flows that it knows: nothing.
class RelayAllocationTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int ROUND_TRIPS = 20_000;

    private static final int ROUNDS = 3;

    private static final int MESSAGE_BYTES = 100;

    /// Of a round: what timers and the JVM need once in a while.
    private static final long MOST_BYTES = 64 * 1024;

    /// @param outstanding datagrams that are under way at a time
    @ParameterizedTest
    @CsvSource({"EPOLL, 1", "IO_URING, 1", "EPOLL, 16", "IO_URING, 16"})
    void ofKnownFlows(Transport transport, int outstanding) throws Exception {
        try (TestDatagramUpstream echo = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, """
                        server { listen 127.0.0.1:0 udp; proxy_pass %s; }
                        """.formatted(echo.address()));
                DatagramChannel client = DatagramChannel.open().connect(proxy.address())) {
            long worker = workerThread();
            long least = Long.MAX_VALUE;
            for (int i = 0; i < ROUNDS; i++) {
                long before = THREADS.getThreadAllocatedBytes(worker);
                roundTrips(client, outstanding);
                least = Math.min(least, THREADS.getThreadAllocatedBytes(worker) - before);
            }
            // The least of all rounds: the JVM itself allocates for a thread whose code it links or compiles anew.
            assertThat(least)
                    .as("%d bytes for %d datagrams", least, 2 * ROUND_TRIPS)
                    .isLessThan(MOST_BYTES);
        }
    }

    private static void roundTrips(DatagramChannel client, int outstanding) throws Exception {
        ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);
        for (int i = 0; i < ROUND_TRIPS / outstanding; i++) {
            for (int sent = 0; sent < outstanding; sent++) {
                client.write(message.clear());
            }
            for (int received = 0; received < outstanding; received++) {
                assertThat(client.read(message.clear())).isEqualTo(MESSAGE_BYTES);
            }
        }
    }

    private static long workerThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("sluice-worker-0"))
                .findFirst()
                .orElseThrow()
                .threadId();
    }
}
