package io.sluice.upstream;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.assertj.core.data.Index;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.config.model.BalancingPolicy;

import static io.sluice.upstream.GroupFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/// What every balancing policy promises.
abstract class BalancerContract {

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    abstract BalancingPolicy policy();

    GroupFixture group() {
        return new GroupFixture(policy());
    }

    /// A session whose key, for policies that have one, is its number.
    static Selection session(Balancer balancer, long number) {
        return new Selection(balancer, Long.toString(number).getBytes(StandardCharsets.US_ASCII), 0, number);
    }

    static Peer take(Selection selection, long nowNanos) {
        Peer peer = selection.next(nowNanos);
        assertThat(peer).isNotNull();
        return peer;
    }

    static int activeConnections(UpstreamGroup group) {
        return group.peers().stream().mapToInt(Peer::activeConnections).sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7, 64, 65, 130})
    void aSessionTriesEveryPeerOnceAndThenNone(int count) {
        UpstreamGroup group = group().equalServers(count).build();
        Selection selection = session(group.balancerForWorker(), 1);
        Set<Peer> tried = new HashSet<>();
        for (int i = 0; i < count; i++) {
            assertThat(selection.triesLeft()).isEqualTo(count - i);
            assertThat(tried.add(take(selection, 0))).isTrue();
            selection.failed(0);
        }
        assertThat(selection.triesLeft()).isZero();
        assertThat(selection.next(0)).isNull();
        assertThat(activeConnections(group)).isZero();
    }

    @Test
    void triesAreBoundedByTheDirective() {
        UpstreamGroup group = group().equalServers(5).build();
        Selection selection = new Selection(group.balancerForWorker(), new byte[] {'k'}, 2, 1);
        take(selection, 0);
        selection.failed(0);
        take(selection, 0);
        selection.failed(0);
        assertThat(selection.triesLeft()).isZero();
        assertThat(selection.next(0)).isNull();
    }

    @Test
    void aPeerMarkedDownIsNeverChosenAndIsNoTry() {
        UpstreamGroup group = group().server(line -> line).server(line -> line.down()).server(line -> line).build();
        Balancer balancer = group.balancerForWorker();
        for (int i = 0; i < 200; i++) {
            Selection selection = session(balancer, i);
            assertThat(selection.triesLeft()).isEqualTo(2);
            assertThat(take(selection, 0).down()).isFalse();
            selection.release();
        }
    }

    @Test
    void theChosenPeerCountsTheSessionUntilItIsReleased() {
        UpstreamGroup group = group().equalServers(3).build();
        Selection selection = session(group.balancerForWorker(), 1);
        Peer peer = take(selection, 0);
        assertThat(selection.peer()).isSameAs(peer);
        assertThat(peer.activeConnections()).isEqualTo(1);
        selection.connected();
        selection.release();
        selection.release();
        selection.failed(0);
        assertThat(selection.peer()).isNull();
        assertThat(peer.activeConnections()).isZero();
        assertThat(peer.failures()).isZero();
    }

    @Test
    void takingTheNextGivesTheFormerBack() {
        UpstreamGroup group = group().equalServers(3).build();
        Selection selection = session(group.balancerForWorker(), 1);
        Peer former = take(selection, 0);
        assertThat(take(selection, 0)).isNotSameAs(former);
        assertThat(former.activeConnections()).isZero();
        assertThat(activeConnections(group)).isEqualTo(1);
    }

    @Test
    void aFailedPeerRestsForFailTimeoutAndThenGetsOneAttempt() {
        GroupFixture fixture = group().equalServers(3);
        UpstreamGroup group = fixture.build();
        Balancer balancer = group.balancerForWorker();
        Peer failed = failOnce(balancer, 1000);

        assertThat(chosenBy(balancer, 100, 1000 + 10 * SECOND)).hasSize(2).doesNotContain(failed);

        long rested = 1001 + 10 * SECOND;
        List<Selection> held = new ArrayList<>();
        int attempts = 0;
        for (int i = 0; i < 300; i++) {
            Selection selection = session(balancer, i);
            attempts += take(selection, rested).equals(failed) ? 1 : 0;
            held.add(selection);
        }
        assertThat(attempts).isEqualTo(1);
        held.forEach(Selection::connected);
        assertThat(failed.failures()).isZero();
        held.forEach(Selection::release);
        assertThat(chosenBy(balancer, 300, rested)).hasSize(3);
        assertThat(fixture.reports)
                .hasSize(2)
                .satisfies(
                        disabled -> assertThat(disabled)
                                .isEqualTo("warn *7 upstream server temporarily disabled while connecting to upstream,"
                                        + " upstream: \"" + failed.name() + "\""),
                        Index.atIndex(0))
                .satisfies(
                        back -> assertThat(back).contains("upstream server is available again").contains(failed.name()),
                        Index.atIndex(1));
    }

    @Test
    void aPeerWhoseOneAttemptFailsRestsAgain() {
        GroupFixture fixture = group().equalServers(3);
        Balancer balancer = fixture.build().balancerForWorker();
        Peer failed = failOnce(balancer, 0);
        long rested = 1 + 10 * SECOND;
        failEverySessionOf(balancer, failed, rested);
        assertThat(failed.failures()).isEqualTo(2);
        assertThat(chosenBy(balancer, 300, rested + 10 * SECOND)).doesNotContain(failed);
        assertThat(chosenBy(balancer, 300, rested + 10 * SECOND + 1)).contains(failed);
        assertThat(fixture.reports).hasSize(2).allMatch(report -> report.contains("temporarily disabled"));
    }

    @Test
    void anAttemptThatTaughtNothingIsGivenToTheNextSession() {
        Balancer balancer = group().equalServers(2).build().balancerForWorker();
        Peer failed = failOnce(balancer, 0);
        long rested = 1 + 10 * SECOND;
        for (int round = 0; round < 3; round++) {
            assertThat(chosenBy(balancer, 300, rested)).contains(failed);
            assertThat(failed.failures()).isEqualTo(1);
        }
    }

    @Test
    void failuresBelowMaxFailsDoNotPutAPeerToRest() {
        GroupFixture fixture = group().server(line -> line.maxFails(3)).server(line -> line.maxFails(3));
        UpstreamGroup group = fixture.build();
        Balancer balancer = group.balancerForWorker();
        Peer target = group.peers().getFirst();
        failEverySessionOf(balancer, target, 0, 2);
        assertThat(chosenBy(balancer, 300, 0)).contains(target);
        failEverySessionOf(balancer, target, 0, 1);
        assertThat(chosenBy(balancer, 300, 0)).doesNotContain(target);
        assertThat(fixture.reports).hasSize(1);
    }

    @Test
    void failuresAreForgottenByASuccessAfterTheirWindowOnly() {
        GroupFixture fixture = group().server(line -> line.maxFails(2)).server(line -> line.maxFails(2));
        UpstreamGroup group = fixture.build();
        Balancer balancer = group.balancerForWorker();
        Peer target = group.peers().getFirst();
        failEverySessionOf(balancer, target, 0, 1);

        connectSessionsOf(balancer, target, 10 * SECOND);
        assertThat(target.failures()).as("still within fail_timeout").isEqualTo(1);

        connectSessionsOf(balancer, target, 10 * SECOND + 1);
        assertThat(target.failures()).isZero();
        assertThat(fixture.reports).isEmpty();
    }

    @Test
    void maxFailsZeroTurnsTheAccountingOff() {
        UpstreamGroup group = group().server(line -> line.maxFails(0)).server(line -> line.maxFails(0)).build();
        Balancer balancer = group.balancerForWorker();
        for (int i = 0; i < 50; i++) {
            Selection selection = session(balancer, i);
            take(selection, 0);
            selection.failed(0);
        }
        assertThat(chosenBy(balancer, 300, 0)).hasSize(2);
    }

    @Test
    void theOnlyPeerIsNeverPutToRest() {
        GroupFixture fixture = group().equalServers(1);
        Balancer balancer = fixture.build().balancerForWorker();
        for (int i = 0; i < 5; i++) {
            Selection selection = session(balancer, i);
            take(selection, 0);
            selection.failed(0);
            assertThat(selection.triesLeft()).isZero();
        }
        assertThat(fixture.reports).isEmpty();
    }

    @Test
    void theOnlyPeerStillKeepsItsLimitAndItsMark() {
        Balancer limited = group().server(line -> line.maxConnections(1)).build().balancerForWorker();
        take(session(limited, 1), 0);
        assertThat(session(limited, 2).next(0)).isNull();
        Balancer down = group().server(line -> line.down()).build().balancerForWorker();
        assertThat(session(down, 1).next(0)).isNull();
    }

    @Test
    void aFullPeerIsPassedOver() {
        UpstreamGroup group = group().server(line -> line.maxConnections(2)).server(line -> line.maxConnections(3)).build();
        Balancer balancer = group.balancerForWorker();
        List<Selection> held = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Selection selection = session(balancer, i);
            take(selection, 0);
            held.add(selection);
        }
        assertThat(session(balancer, 6).next(0)).isNull();
        held.forEach(Selection::release);
        take(session(balancer, 7), 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void maxConnectionsIsExactAcrossWorkers(boolean zone) throws Exception {
        GroupFixture fixture = group()
                .server(line -> line.maxConnections(3)).server(line -> line.maxConnections(5)).server(line -> line.maxConnections(1));
        UpstreamGroup group = zone ? fixture.zone().build() : fixture.build();
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        int workers = 4;
        try (ExecutorService executor = Executors.newFixedThreadPool(workers)) {
            List<Future<?>> running = new ArrayList<>();
            for (int w = 0; w < workers; w++) {
                Balancer balancer = group.balancerForWorker();
                long firstNumber = w * 1_000_000L;
                running.add(executor.submit(() -> {
                    @Nullable Selection[] held = new @Nullable Selection[4];
                    for (int i = 0; i < 20_000; i++) {
                        int slot = i & 3;
                        Selection former = held[slot];
                        if (former != null) {
                            inFlight.decrementAndGet();
                            former.release();
                            held[slot] = null;
                        }
                        Selection selection = session(balancer, firstNumber + i);
                        Peer peer = selection.next(0);
                        if (peer != null) {
                            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                            assertThat(peer.activeConnections()).isBetween(1, peer.maxConnections());
                            served.incrementAndGet();
                            held[slot] = selection;
                        }
                    }
                    for (Selection selection : held) {
                        if (selection != null) {
                            inFlight.decrementAndGet();
                            selection.release();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> worker : running) {
                worker.get();
            }
        }
        assertThat(most.get()).isBetween(1, 9);
        assertThat(served.get()).isPositive();
        assertThat(activeConnections(group)).isZero();
    }

    @Test
    void onlyOneOfAllWorkersGetsTheAttemptAfterTheRest() throws Exception {
        UpstreamGroup group = group().equalServers(2).build();
        int workers = 4;
        try (ExecutorService executor = Executors.newFixedThreadPool(workers)) {
            for (int round = 0; round < 50; round++) {
                long start = round * 100L * SECOND;
                Peer failed = failOnce(group.balancerForWorker(), start);
                AtomicInteger attempts = new AtomicInteger();
                List<Future<?>> running = new ArrayList<>();
                for (int w = 0; w < workers; w++) {
                    Balancer balancer = group.balancerForWorker();
                    running.add(executor.submit(() -> {
                        for (int i = 0; i < 64; i++) {
                            if (take(session(balancer, i), start + 11 * SECOND).equals(failed)) {
                                attempts.incrementAndGet();
                            }
                        }
                    }));
                }
                for (Future<?> worker : running) {
                    worker.get();
                }
                assertThat(attempts.get()).isEqualTo(1);
                failed.state().succeeded(failed);
            }
        }
    }

    @Test
    void whatIsKnownOfAPeerOutlivesAReload() {
        GroupFixture fixture = group().equalServers(3);
        UpstreamGroup before = fixture.build();
        Balancer oldBalancer = before.balancerForWorker();
        Peer failed = failOnce(oldBalancer, 0);
        Selection old = session(oldBalancer, 5);
        Peer heldByOld = take(old, 0);

        UpstreamGroup after = fixture.build();
        Peer failedNow = after.peers().get(before.peers().indexOf(failed));
        Peer heldNow = after.peers().get(before.peers().indexOf(heldByOld));
        assertThat(failedNow).isNotSameAs(failed);
        assertThat(chosenBy(after.balancerForWorker(), 100, 0)).doesNotContain(failedNow);
        assertThat(heldNow.activeConnections()).isEqualTo(1);
        old.release();
        assertThat(heldNow.activeConnections()).isZero();
    }

    @Test
    void shareOfSessionsFollowsTheWeights() {
        UpstreamGroup group = group().servers(5, 1, 2).build();
        Balancer balancer = group.balancerForWorker();
        Map<Peer, Integer> count = new HashMap<>();
        int sessions = 8000;
        for (int i = 0; i < sessions; i++) {
            count.merge(take(session(balancer, i * 7919L), 0), 1, Integer::sum);
        }
        for (Peer peer : group.peers()) {
            double expected = sessions * peer.weight() / 8.0;
            assertThat((double) count.getOrDefault(peer, 0)).isBetween(expected * (1 - tolerance()), expected * (1 + tolerance()));
        }
    }

    /// How far a peer's share may be from its weight's.
    abstract double tolerance();

    @Test
    void aZonesBalancerIsSharedAndOtherwiseEachWorkerHasItsOwn() {
        UpstreamGroup own = group().equalServers(2).build();
        assertThat(own.balancerForWorker()).isNotSameAs(own.balancerForWorker());
        UpstreamGroup shared = group().equalServers(2).zone().build();
        assertThat(shared.balancerForWorker()).isSameAs(shared.balancerForWorker());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void selectingAllocatesNothing(boolean zone) {
        GroupFixture fixture = group().servers(5, 1, 2, 1).server(line -> line.maxConnections(100));
        UpstreamGroup group = zone ? fixture.zone().build() : fixture.build();
        Balancer balancer = group.balancerForWorker();
        byte[] key = "192.0.2.17".getBytes(StandardCharsets.US_ASCII);
        Selection[] sessions = new Selection[20_000];
        long bytes = Long.MAX_VALUE;
        // The least of several rounds: compilation may allocate on this thread's account in the first.
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < sessions.length; i++) {
                sessions[i] = new Selection(balancer, key, 0, i);
            }
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (Selection session : sessions) {
                session.next(0);
                session.next(0);
                session.connected();
                session.release();
            }
            bytes = Math.min(bytes, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(bytes).isLessThan(sessions.length);
    }

    @Test
    void aSelectionIsOneSmallObject() {
        Balancer balancer = group().equalServers(64).build().balancerForWorker();
        byte[] key = {'k'};
        Selection[] sessions = new Selection[10_000];
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < sessions.length; i++) {
            sessions[i] = new Selection(balancer, key, 0, i);
        }
        long each = (THREADS.getCurrentThreadAllocatedBytes() - before) / sessions.length;
        assertThat(each).isLessThanOrEqualTo(88);
    }

    @Test
    void aGroupOfBackupsOnlyIsRefused() {
        assertThatCode(() -> group().server(line -> line.backup()).build())
                .hasMessage("no servers in upstream \"backend\"");
    }

    /// The peers that `sessions` sessions, each of which gives its peer back at once, are given.
    static Set<Peer> chosenBy(Balancer balancer, int sessions, long nowNanos) {
        Set<Peer> chosen = new HashSet<>();
        for (int i = 0; i < sessions; i++) {
            Selection selection = session(balancer, i);
            chosen.add(take(selection, nowNanos));
            selection.release();
        }
        return chosen;
    }

    /// One session, number 7, fails to connect to the peer it is given.
    static Peer failOnce(Balancer balancer, long nowNanos) {
        Selection selection = session(balancer, 7);
        Peer peer = take(selection, nowNanos);
        selection.failed(nowNanos);
        return peer;
    }

    private static void failEverySessionOf(Balancer balancer, Peer target, long nowNanos) {
        failEverySessionOf(balancer, target, nowNanos, Integer.MAX_VALUE);
    }

    /// Sessions come; those that get `target` fail, at most `failures` of them.
    private static void failEverySessionOf(Balancer balancer, Peer target, long nowNanos, int failures) {
        int left = failures;
        for (int i = 0; i < 300 && left > 0; i++) {
            Selection selection = session(balancer, i);
            if (take(selection, nowNanos).equals(target)) {
                selection.failed(nowNanos);
                left--;
            } else {
                selection.release();
            }
        }
    }

    private static void connectSessionsOf(Balancer balancer, Peer target, long nowNanos) {
        for (int i = 0; i < 300; i++) {
            Selection selection = session(balancer, i);
            if (take(selection, nowNanos).equals(target)) {
                selection.connected();
            }
            selection.release();
        }
    }
}
