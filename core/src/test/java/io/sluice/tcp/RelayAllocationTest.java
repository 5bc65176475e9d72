package io.sluice.tcp;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Concurrently;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestStream;
import io.sluice.testing.TestUpstream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// What a worker's thread allocates while it relays.
class RelayAllocationTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int ROUND_TRIPS = 20_000;

    private static final int MAX_ROUNDS = 30;

    private static final int MESSAGE_BYTES = 128;

    private static final long BULK_BYTES = 64L * 1024 * 1024;

    /// Per message and direction.
    private static final int MOST_ON_IO_URING = 80;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ofMessages(Transport transport) throws Exception {
        try (TestUpstream echo = TestUpstream.start();
                RunningProxy proxy = start(transport, echo);
                Socket socket = proxy.connect()) {
            long worker = workerThread();
            long most = transport == Transport.EPOLL ? 0 : MOST_ON_IO_URING;
            long perMessage = Long.MAX_VALUE;
            // The JVM itself allocates for a thread whose code it links or compiles anew, and how long that lasts depends
            // on what else the machine does.
            for (int i = 0; i < MAX_ROUNDS && perMessage > most; i++) {
                long before = THREADS.getThreadAllocatedBytes(worker);
                roundTrips(socket);
                perMessage = (THREADS.getThreadAllocatedBytes(worker) - before) / (2 * ROUND_TRIPS);
            }
            assertThat(perMessage).isLessThanOrEqualTo(most);
        }
    }

    private static void roundTrips(Socket socket) throws Exception {
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        byte[] message = new byte[MESSAGE_BYTES];
        for (int i = 0; i < ROUND_TRIPS; i++) {
            out.write(message);
            assertThat(in.readNBytes(message, 0, MESSAGE_BYTES)).isEqualTo(MESSAGE_BYTES);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ofBulk(Transport transport) throws Exception {
        try (TestUpstream echo = TestUpstream.start();
                RunningProxy proxy = start(transport, echo);
                Socket socket = proxy.connect()) {
            long worker = workerThread();
            TestStream stream = new TestStream(5);
            long most = BULK_BYTES / 1024;
            long bytes = Long.MAX_VALUE;
            for (int i = 0; i < MAX_ROUNDS && bytes >= most; i++) {
                long before = THREADS.getThreadAllocatedBytes(worker);
                Concurrently.run(
                        () -> stream.send(socket.getOutputStream(), BULK_BYTES),
                        () -> stream.receive(socket.getInputStream(), BULK_BYTES));
                bytes = THREADS.getThreadAllocatedBytes(worker) - before;
            }
            assertThat(bytes).as("bytes allocated for 64 MiB there and back").isLessThan(most);
        }
    }

    private static RunningProxy start(Transport transport, TestUpstream upstream) {
        return RunningProxy.start(transport, "server { listen 127.0.0.1:0; proxy_pass " + upstream.address() + "; }");
    }

    private static long workerThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("sluice-worker-0"))
                .findFirst()
                .orElseThrow()
                .threadId();
    }
}
