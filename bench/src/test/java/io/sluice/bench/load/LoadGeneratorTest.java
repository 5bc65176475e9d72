package io.sluice.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.transport.Transport;
import io.sluice.transport.TransportReport;

import static org.assertj.core.api.Assertions.assertThat;

@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
class LoadGeneratorTest {

    private static final int MESSAGE_BYTES = 100;

    private static final long SECONDS = 20;

    /// What Netty's ring may allocate for the two sends of an exchange: 80 each, as for a message that is relayed.
    private static final double URING_BYTES = 160;

    private final Transport transport;

    private final LoadGenerator generator;

    private final ServicePorts upstreams;

    LoadGeneratorTest(Transport transport) throws IOException {
        TransportReport available = TransportReport.probe(TransportReport.AUTO);
        Assumptions.assumeTrue(available.reason(transport).isEmpty(), available::summary);
        this.transport = transport;
        generator = LoadGenerator.start(transport);
        upstreams = generator.upstreams();
    }

    @AfterEach
    void stop() {
        generator.close();
    }

    @Test
    void exchangesMessages() throws Exception {
        LoadWindow window = runUntil(new Load.Echo(8, MESSAGE_BYTES), 1_000);
        assertThat(window.failures()).isEmpty();
        assertThat(window.latencies().getTotalCount()).isEqualTo(window.units());
        assertThat(window.latencies().getMinValue()).isPositive();
    }

    @Test
    void messagesOfMoreThanASocketTakesAtOnceArriveWhole() throws Exception {
        assertThat(runUntil(new Load.Echo(2, Pattern.MAX_RUN), 50).failures()).isEmpty();
    }

    @Test
    void makesOneConnectionForEachMessage() throws Exception {
        LoadWindow window = runUntil(new Load.Churn(8, MESSAGE_BYTES), 500);
        assertThat(window.failures()).isEmpty();
        assertThat(window.latencies().getTotalCount()).isEqualTo(window.units());
    }

    @Test
    void asksForSmallDocuments() throws Exception {
        LoadWindow window = runUntil(new Load.Requests(8, MESSAGE_BYTES), 1_000);
        assertThat(window.failures()).isEmpty();
        assertThat(window.latencies().getTotalCount()).isEqualTo(window.units());
    }

    @Test
    void exchangesMessagesAfterAnUpgrade() throws Exception {
        assertThat(runUntil(new Load.WebSocketEcho(8, MESSAGE_BYTES), 1_000).failures()).isEmpty();
        LoadWindow held = runUntil(new Load.HeldWebSockets(50, MESSAGE_BYTES), 50);
        assertThat(held.failures()).isEmpty();
        assertThat(held.units()).isEqualTo(50);
    }

    @Test
    void anErrorFailsTheRun() throws Exception {
        LoadWindow window = runAgainst(new Load.Requests(1, MESSAGE_BYTES), (in, out) -> {
            in.read();
            out.write("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        });
        assertThat(window.failures()).containsEntry("the proxy did not answer 200", 1L);
    }

    @Test
    void noUpgradeFailsTheRun() throws Exception {
        LoadWindow window = runAgainst(new Load.WebSocketEcho(1, MESSAGE_BYTES), (in, out) -> {
            in.read();
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        });
        assertThat(window.failures()).containsEntry("the proxy did not answer 101", 1L);
    }

    @Test
    void holdsConnectionsThatExchangedOneMessage() throws Exception {
        LoadWindow window = runUntil(new Load.Held(100, MESSAGE_BYTES), 100);
        assertThat(window.failures()).isEmpty();
        assertThat(window.units()).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void downloads(boolean verified) throws Exception {
        generator.openWindow();
        generator.begin(new Load.Bulk(3, verified), upstreams);
        generator.awaitBytes(20_000_000, SECONDS);
        LoadWindow window = generator.closeWindow();
        assertThat(window.failures()).isEmpty();
        assertThat(window.bytes()).isGreaterThanOrEqualTo(20_000_000);
        generator.end();
    }

    @Test
    void stalledReadersLeaveOthersTheirMessages() throws Exception {
        generator.begin(new Load.Stalled(5), upstreams);
        generator.awaitStalled(SECONDS);
        LoadWindow window = runUntil(new Load.Echo(2, MESSAGE_BYTES), 200);
        assertThat(window.failures()).isEmpty();
        assertThat(window.bytes()).isZero();
    }

    @Test
    void oneLoadAfterTheOther() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(runUntil(new Load.Echo(4, MESSAGE_BYTES), 100).failures()).isEmpty();
        }
    }

    /// Garbage of the load's own would show as pauses in the proxy's latencies. Below a byte for each message is nothing
    /// but this test's looking at the counters; the first windows still compile.
    @Test
    void exchangingMessagesAllocatesNothingThatTheTransportDoesNot() throws Exception {
        double limit = transport == Transport.EPOLL ? 1 : URING_BYTES;
        long thread = Thread.getAllStackTraces().keySet().stream()
                .filter(candidate -> candidate.getName().equals("load"))
                .findFirst()
                .orElseThrow()
                .threadId();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        generator.begin(new Load.Echo(16, MESSAGE_BYTES), upstreams);
        double bytesPerMessage = Double.MAX_VALUE;
        for (int window = 0; window < 10 && bytesPerMessage >= limit; window++) {
            generator.openWindow();
            long before = threads.getThreadAllocatedBytes(thread);
            generator.awaitUnits(20_000, SECONDS);
            long allocated = threads.getThreadAllocatedBytes(thread) - before;
            bytesPerMessage = (double) allocated / generator.closeWindow().units();
        }
        assertThat(bytesPerMessage).isLessThan(limit);
        generator.end();
    }

    @Test
    void anAlteredMessageFailsTheRun() throws Exception {
        LoadWindow window = runAgainst(new Load.Echo(1, MESSAGE_BYTES), (in, out) -> {
            byte[] message = in.readNBytes(MESSAGE_BYTES);
            message[MESSAGE_BYTES / 2] ^= 1;
            out.write(message);
        });
        assertThat(window.failures()).containsEntry("wrong bytes", 1L);
    }

    @Test
    void aMessageTooLongFailsTheRun() throws Exception {
        LoadWindow window = runAgainst(new Load.Held(1, MESSAGE_BYTES), (in, out) -> {
            byte[] message = in.readNBytes(MESSAGE_BYTES);
            out.write(message, 0, MESSAGE_BYTES - 1);
            out.write(new byte[2]);
        });
        assertThat(window.failures()).hasSize(1);
    }

    @Test
    void aDownloadOfOtherBytesFailsTheRun() throws Exception {
        LoadWindow window = runAgainst(new Load.Bulk(1, true), (in, out) -> {
            in.readNBytes(BulkRequest.BYTES);
            out.write(new byte[1000]);
        });
        assertThat(window.failures()).containsEntry("wrong bytes", 1L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDownloadThatEndsFailsTheRun(boolean verified) throws Exception {
        LoadWindow window =
                runAgainst(new Load.Bulk(1, verified), (in, out) -> in.readNBytes(BulkRequest.BYTES));
        assertThat(window.failures()).containsEntry("the proxy closed a connection", 1L);
    }

    @Test
    void aConnectionClosedBeforeTheAnswerIsCompleteFailsTheRun() throws Exception {
        LoadWindow window = runAgainst(new Load.Churn(1, MESSAGE_BYTES), (in, out) ->
                out.write(in.readNBytes(MESSAGE_BYTES), 0, MESSAGE_BYTES - 1));
        assertThat(window.failures()).hasSize(1);
        assertThat(window.failures().keySet().iterator().next()).contains("before the answer was complete");
    }

    @Test
    void aRefusedConnectionFailsTheRun() throws Exception {
        ServicePorts nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new ServicePorts(
                    socket.getLocalPort(), socket.getLocalPort(), socket.getLocalPort(), socket.getLocalPort(),
                    socket.getLocalPort(), socket.getLocalPort());
        }
        generator.openWindow();
        generator.begin(new Load.Echo(1, MESSAGE_BYTES), nobody);
        generator.awaitUnits(1, SECONDS);
        assertThat(generator.closeWindow().failures().keySet().iterator().next()).contains("111: Connection refused");
    }

    private LoadWindow runUntil(Load load, long units) throws TimeoutException, InterruptedException {
        generator.openWindow();
        generator.begin(load, upstreams);
        generator.awaitUnits(units, SECONDS);
        LoadWindow window = generator.closeWindow();
        generator.end();
        return window;
    }

    /// Puts one connection of a load on a far end that does something else than the load expects.
    private LoadWindow runAgainst(Load load, FarEnd farEnd) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = listener.getLocalPort();
            generator.openWindow();
            generator.begin(load, new ServicePorts(port, port, port, port, port, port));
            try (Socket socket = listener.accept()) {
                farEnd.serve(socket.getInputStream(), socket.getOutputStream());
            }
            generator.awaitUnits(1, SECONDS);
            return generator.closeWindow();
        }
    }

    private interface FarEnd {
        void serve(InputStream in, OutputStream out) throws IOException;
    }
}
