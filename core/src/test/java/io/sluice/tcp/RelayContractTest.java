package io.sluice.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.metrics.Metric;
import io.sluice.tcp.Relayed.Pair;
import io.sluice.testing.Concurrently;
import io.sluice.testing.TestStream;

import static org.assertj.core.api.Assertions.assertThat;

/// What a relay promises, whichever way it moves the bytes.
@ParameterizedClass
@EnumSource(RelayWay.class)
class RelayContractTest {

    private static final int KIB = 1024;

    private static final int MIB = 1024 * KIB;

    private static final String HALF_CLOSE = "proxy_half_close on;";

    @Parameter
    RelayWay way = RelayWay.COPY_ON_EPOLL;

    private final TestStream upload = new TestStream(1);

    private final TestStream download = new TestStream(2);

    @Test
    void bothDirectionsAtOnceInPiecesOfAllSizes() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            Concurrently.run(
                    () -> upload.sendInPieces(pair.downstream().getOutputStream(), 12 * MIB),
                    () -> download.sendInPieces(pair.upstream().getOutputStream(), 12 * MIB),
                    () -> upload.receive(pair.upstream().getInputStream(), 12 * MIB),
                    () -> download.receive(pair.downstream().getInputStream(), 12 * MIB));
        }
    }

    @Test
    void aSessionWithoutAByte() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "")) {
            try (Pair pair = relayed.open()) {
                pair.downstream().close();
                assertThat(pair.upstream().getInputStream().read()).isEqualTo(-1);
            }
            try (Pair pair = relayed.open()) {
                pair.upstream().close();
                assertThat(pair.downstream().getInputStream().read()).isEqualTo(-1);
            }
            assertThat(relayed.proxy().awaitLines("access.log", 2))
                    .containsExactly("downstream_closed 0 0", "upstream_closed 0 0");
        }
    }

    @Test
    void messagesOfOneByte() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            exchange(pair, 500, 1);
            assertThat(relayed.metric(Metric.BYTES_SPLICED)).isZero();
        }
    }

    @Test
    void bulkInBothDirections() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            transfer(upload, pair, 64 * MIB);
            transfer(download, pair.reversed(), 64 * MIB);
            assertMovedAsMeant(relayed);
            relayed.awaitPipesReturned();
        }
    }

    @Test
    void messagesThenBulkThenMessagesAgain() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            for (int round = 0; round < 4; round++) {
                exchange(pair, 50, 700);
                transfer(upload, pair, 3 * MIB);
                exchange(pair, 50, 40 * KIB);
                transfer(download, pair.reversed(), 3 * MIB);
            }
            relayed.awaitPipesReturned();
            long spliced = relayed.metric(Metric.BYTES_SPLICED);
            exchange(pair, 50, 100);
            long copied = relayed.metric(Metric.BYTES_COPIED);
            exchange(pair, 50, 100);
            assertThat(relayed.metric(Metric.BYTES_COPIED) - copied).isEqualTo(2 * 50 * 100);
            assertThat(spliced > 0).isEqualTo(way.splices());
        }
    }

    @Test
    void anAnswerAfterTheDownstreamSideHasEnded() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, HALF_CLOSE)) {
            try (Pair pair = relayed.open()) {
                answerAfterEnd(pair);
            }
            assertThat(relayed.outcomes(1)).containsExactly("downstream_closed");
        }
    }

    @Test
    void anAnswerAfterTheUpstreamSideHasEnded() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, HALF_CLOSE)) {
            try (Pair pair = relayed.open()) {
                answerAfterEnd(pair.reversed());
            }
            assertThat(relayed.outcomes(1)).containsExactly("upstream_closed");
        }
    }

    private void answerAfterEnd(Pair pair) throws Exception {
        Concurrently.run(
                () -> {
                    upload.send(pair.downstream().getOutputStream(), 5 * MIB);
                    pair.downstream().shutdownOutput();
                },
                () -> assertThat(upload.receiveAll(pair.upstream().getInputStream())).isEqualTo(5 * MIB));
        download.sendInPieces(pair.upstream().getOutputStream(), 100 * KIB);
        download.receive(pair.downstream().getInputStream(), 100 * KIB);
        Concurrently.run(
                () -> {
                    download.send(pair.upstream().getOutputStream(), 5 * MIB);
                    pair.upstream().shutdownOutput();
                },
                () -> assertThat(download.receiveAll(pair.downstream().getInputStream()))
                        .isEqualTo(5 * MIB + 100 * KIB));
    }

    @Test
    void theEndWaitsForBytesThatAreStalled() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "")) {
            try (Pair pair = relayed.open()) {
                Thread sender = Thread.ofVirtual().start(() -> sendAndEnd(pair.downstream(), 24 * MIB));
                relayed.awaitStall(upload);
                assertThat(upload.receiveAll(pair.upstream().getInputStream())).isEqualTo(24 * MIB);
                sender.join();
            }
            relayed.awaitPipesReturned();
            assertThat(relayed.proxy().awaitLines("access.log", 1))
                    .containsExactly("downstream_closed " + 24 * MIB + " 0");
        }
    }

    @Test
    void aFewStalledBytesAndTheEnd() throws Exception {
        // So few that the sender is done, and has ended, before the receiver begins.
        try (Relayed relayed = Relayed.start(way::start, "")) {
            try (Pair pair = relayed.open()) {
                sendAndEnd(pair.downstream(), 300 * KIB);
                assertThat(upload.receiveAll(pair.upstream().getInputStream())).isEqualTo(300 * KIB);
            }
        }
    }

    private void sendAndEnd(Socket socket, int length) {
        try {
            upload.send(socket.getOutputStream(), length);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theOtherDirectionGoesOnWhileOneIsStalled() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            Thread sender = Thread.ofVirtual().start(() -> sendAndEnd(pair.downstream(), 24 * MIB));
            relayed.awaitStall(upload);
            transfer(download, pair.reversed(), 16 * MIB);
            assertThat(upload.receiveAll(pair.upstream().getInputStream())).isEqualTo(24 * MIB);
            sender.join();
        }
    }

    @Test
    void aStalledSenderHoldsBoundedMemoryAndLosesNothing() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            Thread sender = Thread.ofVirtual().start(() -> sendAndEnd(pair.downstream(), 64 * MIB));
            relayed.awaitStall(upload);
            long taken = relayed.metric(Metric.DOWNSTREAM_BYTES_RECEIVED);
            // What has left the proxy is in kernel buffers of at most 4 MiB (tcp_wmem) and 6 MiB (tcp_rmem).
            assertThat(taken).isLessThan(16 * MIB);
            assertThat(upload.receiveAll(pair.upstream().getInputStream())).isEqualTo(64 * MIB);
            sender.join();
        }
    }

    /// Round trips of messages.
    private void exchange(Pair pair, int count, int length) throws Exception {
        for (int i = 0; i < count; i++) {
            upload.send(pair.downstream().getOutputStream(), length);
            upload.receive(pair.upstream().getInputStream(), length);
            download.send(pair.upstream().getOutputStream(), length);
            download.receive(pair.downstream().getInputStream(), length);
        }
    }

    private static void transfer(TestStream stream, Pair pair, int length) throws Exception {
        OutputStream out = pair.downstream().getOutputStream();
        InputStream in = pair.upstream().getInputStream();
        Concurrently.run(() -> stream.send(out, length), () -> stream.receive(in, length));
    }

    private void assertMovedAsMeant(Relayed relayed) {
        long spliced = relayed.metric(Metric.BYTES_SPLICED);
        long copied = relayed.metric(Metric.BYTES_COPIED);
        if (way.splices()) {
            assertThat(spliced).isGreaterThan(9 * copied);
        } else {
            assertThat(spliced).isZero();
        }
    }
}
