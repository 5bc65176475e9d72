package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.tcp.Relayed.Pair;
import io.sluice.testing.Concurrently;
import io.sluice.testing.TestStream;

import static org.assertj.core.api.Assertions.assertThat;

/// TCP's urgent data (MSG_OOB). The urgent byte is not part of the stream and is dropped, as nginx drops it; the stream goes
/// on behind it, whole.
@ParameterizedClass
@EnumSource(RelayWay.class)
@Timeout(60)
class UrgentDataTest {

    private static final int BULK_BYTES = 4_000_000;

    @Parameter
    RelayWay way = RelayWay.COPY_ON_EPOLL;

    private final TestStream stream = new TestStream(11);

    @Test
    void inBulk() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            for (Pair each : new Pair[] {pair, pair.reversed()}) {
                Concurrently.run(
                        () -> {
                            stream.send(each.downstream().getOutputStream(), BULK_BYTES);
                            each.downstream().sendUrgentData('!');
                            stream.send(each.downstream().getOutputStream(), BULK_BYTES);
                        },
                        () -> stream.receive(each.upstream().getInputStream(), 2 * BULK_BYTES));
            }
        }
    }

    /// Nothing comes behind that would wake the proxy up once more.
    @Test
    void betweenTheLastBytesOfABurst() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            for (int i = 0; i < 30; i++) {
                int size = 10_000 * i;
                Concurrently.run(
                        () -> {
                            stream.send(pair.downstream().getOutputStream(), 100_000 + size);
                            pair.downstream().sendUrgentData('!');
                            stream.send(pair.downstream().getOutputStream(), 1 + size);
                        },
                        () -> stream.receive(pair.upstream().getInputStream(), 100_001 + 2 * size));
            }
        }
    }

    @Test
    void beforeTheEndOfTheStream() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "")) {
            for (int i = 0; i < 20; i++) {
                int size = i * 50_000;
                try (Pair pair = relayed.open()) {
                    TestStream its = new TestStream(i);
                    Concurrently.run(() -> send(its, pair.downstream(), size), () ->
                            assertThat(its.receiveAll(pair.upstream().getInputStream()))
                                    .isEqualTo(200_000 + 2 * size));
                }
            }
            assertThat(relayed.outcomes(20)).containsOnly("downstream_closed");
        }
    }

    private static void send(TestStream its, Socket socket, int size) throws IOException {
        its.send(socket.getOutputStream(), 200_000 + size);
        socket.sendUrgentData('!');
        its.send(socket.getOutputStream(), size);
        socket.shutdownOutput();
    }
}
