package io.sluice.bench.load;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.transport.Transport;
import io.sluice.transport.TransportReport;

import static org.assertj.core.api.Assertions.assertThat;

@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
class DatagramLoadTest {

    private static final int MESSAGE_BYTES = 100;

    private static final long SECONDS = 20;

    private final LoadGenerator generator;

    DatagramLoadTest(Transport transport) throws IOException {
        TransportReport available = TransportReport.probe(TransportReport.AUTO);
        Assumptions.assumeTrue(available.reason(transport).isEmpty(), available::summary);
        generator = LoadGenerator.start(transport);
    }

    @AfterEach
    void stop() {
        generator.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 24", "1000, 1, 1, 100", "16, 16, 1, 1200", "8, 1, 32, 1200", "3, 2, 64, 1000"})
    void exchangesDatagramsAndTrains(int clients, int outstanding, int train, int bytes) throws Exception {
        LoadWindow window = runUntil(new Load.Datagrams(clients, outstanding, train, bytes), 5_000);

        assertThat(window.failures()).isEmpty();
        assertThat(window.datagrams().lost()).isZero();
        assertThat(window.datagrams().sent()).isGreaterThanOrEqualTo(5_000L * train);
        assertThat(window.datagrams().forwarded()).isBetween(5_000L * train, window.datagrams().sent());
        assertThat(window.datagrams().answered()).isBetween(5_000L * train, window.datagrams().forwarded());
        assertThat(window.latencies().getTotalCount()).isEqualTo(window.units());
    }

    @Test
    void holdsFlowsThatExchangedOneDatagram() throws Exception {
        generator.openWindow();
        generator.begin(new Load.HeldFlows(100, MESSAGE_BYTES), generator.upstreams());
        generator.awaitUnits(100, SECONDS);
        generator.begin(new Load.HeldFlows(1_000, MESSAGE_BYTES), generator.upstreams());
        generator.awaitUnits(1_100, SECONDS);

        LoadWindow window = generator.closeWindow();
        assertThat(window.failures()).isEmpty();
        assertThat(window.units()).isEqualTo(1_100);
        assertThat(window.datagrams().sent()).isEqualTo(1_100);
    }

    @Test
    void keepsARateAndStops() throws Exception {
        generator.openWindow();
        generator.begin(new Load.Paced(16, MESSAGE_BYTES, 10_000), generator.upstreams());
        generator.awaitUnits(3_000, SECONDS);
        generator.pace(false);
        LoadWindow first = generator.closeWindow();
        double perSecond = first.datagrams().sent() / (first.elapsedNanos() / 1e9);
        generator.awaitUnits(first.datagrams().sent(), SECONDS);

        LoadWindow second = generator.closeWindow();
        assertThat(second.failures()).isEmpty();
        assertThat(perSecond).isBetween(5_000.0, 10_500.0);
        assertThat(second.datagrams().answered()).isEqualTo(second.datagrams().sent())
                .isEqualTo(first.datagrams().sent());
    }

    @Test
    void whatDoesNotComeBackIsLostAndTheNextIsSent() throws Exception {
        try (FarEnd far = new FarEnd()) {
            begin(new Load.Datagrams(1, 1, 1, MESSAGE_BYTES), far);
            far.receive();
            far.send(far.receive());
            generator.awaitUnits(1, SECONDS);

            LoadWindow window = generator.closeWindow();
            assertThat(window.failures()).isEmpty();
            assertThat(window.datagrams().lost()).isEqualTo(1);
        }
    }

    @Test
    void whatComesTooLateIsLostAndNoMistake() throws Exception {
        try (FarEnd far = new FarEnd()) {
            begin(new Load.Datagrams(1, 1, 1, MESSAGE_BYTES), far);
            DatagramPacket late = far.receive();
            DatagramPacket next = far.receive();
            far.send(late);
            far.send(next);
            generator.awaitUnits(1, SECONDS);

            LoadWindow window = generator.closeWindow();
            assertThat(window.failures()).isEmpty();
            assertThat(window.datagrams().lost()).isEqualTo(1);
        }
    }

    @Test
    void anAlteredDatagramFailsTheRun() throws Exception {
        try (FarEnd far = new FarEnd()) {
            begin(new Load.Datagrams(1, 1, 1, MESSAGE_BYTES), far);
            DatagramPacket packet = far.receive();
            packet.getData()[MESSAGE_BYTES / 2] ^= 1;
            far.send(packet);
            assertThat(failures()).containsEntry("wrong bytes", 1L);
        }
    }

    @Test
    void aShortenedDatagramFailsTheRun() throws Exception {
        try (FarEnd far = new FarEnd()) {
            begin(new Load.Datagrams(1, 1, 1, MESSAGE_BYTES), far);
            DatagramPacket packet = far.receive();
            packet.setLength(MESSAGE_BYTES - 1);
            far.send(packet);
            assertThat(failures()).containsEntry("a datagram that nobody sent", 1L);
        }
    }

    @Test
    void aDatagramThatComesTwiceFailsTheRun() throws Exception {
        try (FarEnd far = new FarEnd()) {
            begin(new Load.HeldFlows(1, MESSAGE_BYTES), far);
            DatagramPacket packet = far.receive();
            far.send(packet);
            far.send(packet);
            assertThat(failures()).containsEntry("a datagram came twice", 1L);
        }
    }

    @Test
    void aDatagramForAnotherClientFailsTheRun() throws Exception {
        try (FarEnd far = new FarEnd()) {
            begin(new Load.Datagrams(2, 1, 1, MESSAGE_BYTES), far);
            DatagramPacket first = far.receive();
            DatagramPacket second = far.receive();
            first.setSocketAddress(second.getSocketAddress());
            far.send(first);
            assertThat(failures()).containsEntry("a datagram for another client", 1L);
        }
    }

    private LoadWindow runUntil(Load load, long units) throws TimeoutException, InterruptedException {
        generator.openWindow();
        generator.begin(load, generator.upstreams());
        generator.awaitUnits(units, SECONDS);
        LoadWindow window = generator.closeWindow();
        generator.end();
        return window;
    }

    private void begin(Load load, FarEnd far) {
        generator.openWindow();
        int port = far.socket.getLocalPort();
        generator.begin(load, new ServicePorts(port, port, port, port, port, port));
    }

    private Map<String, Long> failures() throws TimeoutException, InterruptedException {
        generator.awaitUnits(Long.MAX_VALUE, SECONDS);
        return generator.closeWindow().failures();
    }

    /// Does something else than the load expects.
    private record FarEnd(DatagramSocket socket) implements AutoCloseable {

        FarEnd() throws IOException {
            this(new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1")));
        }

        DatagramPacket receive() throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
            socket.receive(packet);
            byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
            return new DatagramPacket(bytes, bytes.length, packet.getSocketAddress());
        }

        void send(DatagramPacket packet) throws IOException {
            socket.send(packet);
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
