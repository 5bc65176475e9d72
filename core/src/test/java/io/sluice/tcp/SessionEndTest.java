package io.sluice.tcp;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.metrics.Metric;
import io.sluice.tcp.Relayed.Pair;
import io.sluice.testing.DescriptorCount;
import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.SilentAddress;
import io.sluice.testing.TestStream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Sessions that the proxy ends: idle ones, and all at a stop, whatever stage they are in.
@ParameterizedClass
@EnumSource(Transport.class)
class SessionEndTest {

    @Parameter
    Transport transport = Transport.EPOLL;

    private final TestStream stream = new TestStream(6);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private RunningProxy start(String server) {
        return RunningProxy.start(transport, server);
    }

    @Test
    void anIdleSession() throws Exception {
        try (Relayed relayed = Relayed.start(this::start, "proxy_timeout 150ms;");
                Pair pair = relayed.open()) {
            stream.send(pair.downstream().getOutputStream(), 10);
            stream.receive(pair.upstream().getInputStream(), 10);
            assertThat(pair.downstream().getInputStream().read()).isEqualTo(-1);
            assertThat(pair.upstream().getInputStream().read()).isEqualTo(-1);
            assertThat(relayed.outcomes(1)).containsExactly("idle_timeout");
        }
    }

    @Test
    void anIdleSessionOfWhichOneSideHasEnded() throws Exception {
        try (Relayed relayed = Relayed.start(this::start, "proxy_timeout 150ms; proxy_half_close on;");
                Pair pair = relayed.open()) {
            pair.downstream().shutdownOutput();
            assertThat(pair.upstream().getInputStream().read()).isEqualTo(-1);
            assertThat(pair.downstream().getInputStream().read()).isEqualTo(-1);
            assertThat(relayed.outcomes(1)).containsExactly("idle_timeout");
        }
    }

    @Test
    void aStalledSession() throws Exception {
        try (Relayed relayed = Relayed.start(this::start, "proxy_timeout 300ms;");
                Pair pair = relayed.open()) {
            Thread sender = Thread.ofVirtual().start(() -> stream.sendUntilFailure(output(pair.downstream())));
            assertThat(relayed.outcomes(1)).containsExactly("idle_timeout");
            relayed.awaitPipesReturned();
            sender.join();
        }
    }

    @Test
    void aBusySessionOutlivesTheIdleTimeout() throws Exception {
        try (Relayed relayed = Relayed.start(this::start, "proxy_timeout 300ms;");
                Pair pair = relayed.open()) {
            long end = System.nanoTime() + 900_000_000;
            while (System.nanoTime() < end) {
                stream.send(pair.downstream().getOutputStream(), 10);
                stream.receive(pair.upstream().getInputStream(), 10);
            }
            assertThat(relayed.metric(Metric.SESSIONS_ACTIVE)).isEqualTo(1);
        }
    }

    @Test
    void everyStageAtAStop() throws Exception {
        DescriptorCount before = DescriptorCount.now();
        try (SilentAddress silent = SilentAddress.start();
                Relayed relayed = Relayed.start(server -> start(server + toNowhere(silent)), "proxy_half_close on;")) {
            inEveryStage(relayed);
            relayed.proxy().server().stop();
            assertThat(relayed.outcomes(4)).containsOnly("drained");
        }
        closeAll();
        before.awaitNoMore();
    }

    @Test
    void everyStageAtTheDeadlineOfADrain() throws Exception {
        DescriptorCount before = DescriptorCount.now();
        try (SilentAddress silent = SilentAddress.start();
                Relayed relayed = Relayed.start(
                        server -> RunningProxy.start(
                                transport,
                                "worker_processes 1; worker_shutdown_timeout 300ms;",
                                server + toNowhere(silent)),
                        "proxy_half_close on;")) {
            inEveryStage(relayed);
            relayed.proxy().server().quit();
            relayed.proxy().server().awaitTermination();
            assertThat(relayed.outcomes(4)).containsOnly("drained");
        }
        closeAll();
        before.awaitNoMore();
    }

    private static String toNowhere(SilentAddress silent) {
        return "server { listen 127.0.0.1:0; proxy_pass " + silent.address() + "; }";
    }

    private void inEveryStage(Relayed relayed) throws Exception {
        Pair idle = relayed.open();
        Pair halfClosed = relayed.open();
        halfClosed.downstream().shutdownOutput();
        assertThat(halfClosed.upstream().getInputStream().read()).isEqualTo(-1);
        Pair stalled = relayed.open();
        Thread.ofVirtual().start(() -> stream.sendUntilFailure(output(stalled.downstream())));
        relayed.awaitStall(stream);
        Socket connecting = relayed.proxy().connect(1);
        Eventually.await("a session is connecting", () -> relayed.metric(Metric.CONNECTS_ATTEMPTED) == 4);
        open.addAll(List.of(idle, halfClosed, stalled));
        open.add(connecting);
    }

    private static OutputStream output(Socket socket) {
        try {
            return socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
