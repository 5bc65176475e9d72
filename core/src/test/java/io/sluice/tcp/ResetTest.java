package io.sluice.tcp;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.tcp.Relayed.Pair;
import io.sluice.testing.TestStream;

import static org.assertj.core.api.Assertions.assertThat;

/// A reset is passed on as a reset, from either side and at every stage: half a stream never looks like the whole.
@ParameterizedClass
@EnumSource(RelayWay.class)
class ResetTest {

    @Parameter
    RelayWay way = RelayWay.COPY_ON_EPOLL;

    private final TestStream stream = new TestStream(3);

    private final TestStream back = new TestStream(4);

    @Test
    void beforeTheFirstByte() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "")) {
            try (Pair pair = relayed.open()) {
                Relayed.reset(pair.downstream());
                Relayed.assertReset(pair.upstream(), stream);
            }
            try (Pair pair = relayed.open()) {
                Relayed.reset(pair.upstream());
                Relayed.assertReset(pair.downstream(), stream);
            }
            assertThat(relayed.outcomes(2)).containsExactly("downstream_reset", "upstream_reset");
        }
    }

    @Test
    void afterAMessageEachWay() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            stream.send(pair.downstream().getOutputStream(), 100);
            stream.receive(pair.upstream().getInputStream(), 100);
            back.send(pair.upstream().getOutputStream(), 100);
            back.receive(pair.downstream().getInputStream(), 100);
            Relayed.reset(pair.upstream());
            Relayed.assertReset(pair.downstream(), back);
            assertThat(relayed.outcomes(1)).containsExactly("upstream_reset");
        }
    }

    @Test
    void byTheDownstreamReceiverInBulk() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            receiverResets(relayed, pair.reversed());
            assertThat(relayed.outcomes(1)).containsExactly("downstream_reset");
        }
    }

    @Test
    void byTheUpstreamReceiverInBulk() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            receiverResets(relayed, pair);
            assertThat(relayed.outcomes(1)).containsExactly("upstream_reset");
        }
    }

    private void receiverResets(Relayed relayed, Pair pair) throws Exception {
        IOException[] failure = new IOException[1];
        Thread sender = Thread.ofVirtual().start(() -> failure[0] = send(pair.downstream()));
        stream.receive(pair.upstream().getInputStream(), 8_000_000);
        Relayed.reset(pair.upstream());
        sender.join();
        assertThat(failure[0]).hasMessageMatching("(?i).*(reset|broken pipe).*");
        relayed.awaitPipesReturned();
    }

    @Test
    void byAStalledReceiver() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            IOException[] failure = new IOException[1];
            Thread sender = Thread.ofVirtual().start(() -> failure[0] = send(pair.downstream()));
            relayed.awaitStall(stream);
            Relayed.reset(pair.upstream());
            sender.join();
            assertThat(failure[0]).hasMessageMatching("(?i).*(reset|broken pipe).*");
            assertThat(relayed.outcomes(1)).containsExactly("upstream_reset");
            relayed.awaitPipesReturned();
        }
    }

    @Test
    void byTheSenderWhileTheReceiverIsStalled() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "");
                Pair pair = relayed.open()) {
            Thread sender = Thread.ofVirtual().start(() -> send(pair.downstream()));
            relayed.awaitStall(stream);
            Relayed.reset(pair.downstream());
            sender.join();
            // Noticed though nothing can be written: a proxy must not keep what belongs to the dead.
            assertThat(relayed.outcomes(1)).containsExactly("downstream_reset");
            relayed.awaitPipesReturned();
            Relayed.assertReset(pair.upstream(), stream);
            assertThat(stream.received()).isPositive();
        }
    }

    @Test
    void bySenderAndReceiverInTheSameMoment() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "")) {
            for (int i = 0; i < 20; i++) {
                TestStream its = new TestStream(i);
                try (Pair pair = relayed.open()) {
                    Thread sender = Thread.ofVirtual()
                            .start(() -> its.sendUntilFailure(output(pair.downstream())));
                    its.receive(pair.upstream().getInputStream(), 1_000_000);
                    Relayed.reset(pair.upstream());
                    Relayed.reset(pair.downstream());
                    sender.join();
                }
            }
            assertThat(relayed.outcomes(20))
                    .allMatch(outcome -> outcome.equals("upstream_reset") || outcome.equals("downstream_reset"));
            relayed.proxy().awaitNoSessions();
            relayed.awaitPipesReturned();
        }
    }

    @Test
    void ofAResponderWhoAnswersTheLastBytesOfABusySession() throws Exception {
        // The proxy learns of the reset by its own write, whose error the kernel tells once: the read after it says end of
        // stream.
        try (Relayed relayed = Relayed.start(way::start, "")) {
            for (int i = 0; i < 50; i++) {
                TestStream its = new TestStream(i);
                try (Pair pair = relayed.open()) {
                    for (int j = 0; j < 5; j++) {
                        its.send(pair.downstream().getOutputStream(), 1000);
                    }
                    its.receive(pair.upstream().getInputStream(), 1000);
                    Relayed.reset(pair.upstream());
                    Relayed.assertReset(pair.downstream(), back);
                }
            }
            assertThat(relayed.outcomes(50)).containsOnly("upstream_reset");
        }
    }

    @Test
    void byTheOtherSideOnceOneHasEnded() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "proxy_half_close on;")) {
            try (Pair pair = relayed.open()) {
                pair.downstream().shutdownOutput();
                assertThat(pair.upstream().getInputStream().read()).isEqualTo(-1);
                Relayed.reset(pair.upstream());
                Relayed.assertReset(pair.downstream(), back);
            }
            try (Pair pair = relayed.open()) {
                pair.upstream().shutdownOutput();
                assertThat(pair.downstream().getInputStream().read()).isEqualTo(-1);
                Relayed.reset(pair.downstream());
                Relayed.assertReset(pair.upstream(), back);
            }
            assertThat(relayed.outcomes(2)).containsExactly("upstream_reset", "downstream_reset");
        }
    }

    @Test
    void byTheSideThatHasEnded() throws Exception {
        try (Relayed relayed = Relayed.start(way::start, "proxy_half_close on;");
                Pair pair = relayed.open()) {
            stream.send(pair.downstream().getOutputStream(), 5_000);
            pair.downstream().shutdownOutput();
            stream.receiveAll(pair.upstream().getInputStream());
            Relayed.reset(pair.downstream());
            // After its end of stream the kernel shows a reset to a writer only.
            assertThat(back.sendUntilFailure(pair.upstream().getOutputStream())).isNotNull();
            assertThat(relayed.outcomes(1)).containsExactly("downstream_reset");
        }
    }

    private IOException send(Socket socket) {
        return stream.sendUntilFailure(output(socket));
    }

    private static OutputStream output(Socket socket) {
        try {
            return socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
