package io.sluice.tcp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.metrics.Metric;
import io.sluice.tcp.Relayed.Pair;
import io.sluice.testing.Concurrently;
import io.sluice.testing.DescriptorCount;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestStream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Many sessions on one worker: none takes more than its share of the loop, the memory or the pipes.
@ParameterizedClass
@EnumSource(Transport.class)
class CrowdTest {

    private static final int MIB = 1024 * 1024;

    /// More than all buffers of the kernel and the proxy together take.
    private static final int STALLED_BYTES = 96 * MIB;

    private static final int PIPES = 8;

    /// Keeps what the kernel buffers of one session small, so that many stall soon.
    private static final int SMALL_BUFFER_BYTES = 64 * 1024;

    @Parameter
    Transport transport = Transport.EPOLL;

    private RunningProxy start(String stream) {
        return RunningProxy.start(transport, stream);
    }

    private RunningProxy startWithFewPipes(String stream) {
        return RunningProxy.start(transport, options -> options.withPipes(PIPES), stream);
    }

    /// A session with a transfer of its own.
    private record Transfer(Pair pair, TestStream stream, Thread sender, long length) {

        static Transfer begin(Pair pair, long seed, long length) {
            TestStream stream = new TestStream(seed);
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    stream.send(pair.downstream().getOutputStream(), length);
                    pair.downstream().shutdownOutput();
                } catch (IOException _) {
                    // The receiver misses the rest.
                }
            });
            return new Transfer(pair, stream, sender, length);
        }

        void finish() throws Exception {
            assertThat(stream.receiveAll(pair.upstream().getInputStream())).isEqualTo(length);
            sender.join();
            pair.close();
        }
    }

    @Test
    void aStalledReaderDoesNotStopTheOthers() throws Exception {
        try (Relayed relayed = Relayed.start(this::start, "")) {
            Transfer stalled = Transfer.begin(relayed.open(), 1, STALLED_BYTES);
            relayed.awaitStall(stalled.stream());
            List<Concurrently.Task> live = new ArrayList<>();
            for (int i = 0; i < 63; i++) {
                Pair pair = relayed.open();
                TestStream its = new TestStream(i);
                int length = 500 + 400 * i;
                live.add(() -> roundTrips(pair, its, 40, length));
            }
            Concurrently.run(live.toArray(Concurrently.Task[]::new));
            assertThat(stalled.stream().sent()).as("it is stalled still").isLessThan(STALLED_BYTES);
            stalled.finish();
        }
    }

    private static void roundTrips(Pair pair, TestStream stream, int count, int length) throws IOException {
        TestStream back = new TestStream(length);
        for (int i = 0; i < count; i++) {
            stream.send(pair.downstream().getOutputStream(), length);
            stream.receive(pair.upstream().getInputStream(), length);
            back.send(pair.upstream().getOutputStream(), length);
            back.receive(pair.downstream().getInputStream(), length);
        }
    }

    @Test
    void stalledReadersGiveUpTheirPipesAndLoseNothing() throws Exception {
        try (Relayed relayed = Relayed.startWithBuffers(this::startWithFewPipes, SMALL_BUFFER_BYTES)) {
            DescriptorCount before = DescriptorCount.now();
            List<Transfer> stalled = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                stalled.add(Transfer.begin(relayed.open(), i % 7, 4 * MIB));
            }
            relayed.awaitStall(stalled.getLast().stream());
            assertThat(stalled.stream().mapToLong(each -> each.stream().sent()).max().orElseThrow())
                    .isLessThan(4 * MIB);
            assertThat(relayed.metric(Metric.PIPES_OPEN)).isLessThanOrEqualTo(PIPES);
            long spliced = relayed.metric(Metric.BYTES_SPLICED);
            for (int i = 0; i < 2 * PIPES; i++) {
                Transfer.begin(relayed.open(), i, 12 * MIB).finish();
            }
            // Though the stalled ones had all pipes.
            assertThat(relayed.metric(Metric.BYTES_SPLICED) - spliced).isGreaterThan(2 * PIPES * 4 * MIB);
            for (Transfer each : stalled) {
                each.finish();
            }
            relayed.proxy().awaitNoSessions();
            relayed.awaitPipesReturned();
            // What is idle in the pool stays.
            new DescriptorCount(before.sockets(), before.pipes() + 2 * PIPES).awaitNoMore();
        }
    }

    @Test
    void bulkLeavesTheLoopToOthersInTime() throws Exception {
        int bulk = 8;
        try (Relayed relayed = Relayed.start(this::start, "")) {
            AtomicBoolean over = new AtomicBoolean();
            List<Concurrently.Task> tasks = new ArrayList<>();
            for (int i = 0; i < bulk; i++) {
                Pair pair = relayed.open();
                TestStream its = new TestStream(i);
                tasks.add(() -> {
                    while (!over.get()) {
                        its.send(pair.downstream().getOutputStream(), MIB);
                    }
                    pair.downstream().shutdownOutput();
                });
                tasks.add(() -> its.receiveAll(pair.upstream().getInputStream()));
            }
            Pair pinging = relayed.open();
            long[] moved = new long[2];
            tasks.add(() -> {
                try {
                    long turns = relayed.metric(Metric.LOOP_TURNS);
                    long bytes = relayed.metric(Metric.DOWNSTREAM_BYTES_RECEIVED);
                    roundTrips(pinging, new TestStream(99), 200, 100);
                    moved[0] = relayed.metric(Metric.LOOP_TURNS) - turns;
                    moved[1] = relayed.metric(Metric.DOWNSTREAM_BYTES_RECEIVED) - bytes;
                } finally {
                    over.set(true);
                }
            });
            Concurrently.run(tasks.toArray(Concurrently.Task[]::new));
            // A ping waits for one turn each way, and a turn is bounded: 1 MiB a direction and what its pipe held more.
            assertThat(moved[1]).isPositive();
            assertThat(moved[1] / moved[0]).isLessThan(bulk * 2L * MIB);
        }
    }
}
