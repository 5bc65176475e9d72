package io.sluice.upstream;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;

import static io.sluice.upstream.BalancerContract.take;
import static io.sluice.upstream.GroupFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/// What a request's attempts need beyond a session's: failures after the connection stands.
class RequestSelectionTest {

    private final GroupFixture fixture = new GroupFixture(new BalancingPolicy.RoundRobin());

    @Test
    void aConnectedPeerMayStillFail() {
        UpstreamGroup group = fixture.equalServers(2).build();
        Selection selection = new Selection(group.balancerForWorker(), 1);
        Peer first = take(selection, 0);
        selection.succeeded();
        selection.failed(0);
        assertThat(first.failures()).isEqualTo(1);
        assertThat(first.available(0)).isFalse();
        assertThat(first.activeConnections()).isZero();
        assertThat(take(selection, 0)).isNotSameAs(first);
    }

    @Test
    void aResponseThatIsPassedOverCountsByItsStatus() {
        UpstreamGroup group = fixture.equalServers(3).build();
        Selection selection = new Selection(group.balancerForWorker(), 1);
        Peer notFound = take(selection, 0);
        selection.passOver(RetryRules.blames(404), 0);
        Peer broken = take(selection, 0);
        selection.passOver(RetryRules.blames(503), 0);
        assertThat(notFound.failures()).isZero();
        assertThat(broken.failures()).isEqualTo(1);
        assertThat(selection.triesLeft()).isEqualTo(1);
        assertThat(take(selection, 0)).isNotIn(notFound, broken);
    }

    @Test
    void anAnswerTakesAPeerOutOfItsRest() {
        UpstreamGroup group = fixture.equalServers(2).build();
        Balancer balancer = group.balancerForWorker();
        Peer failed = BalancerContract.failOnce(balancer, 0);
        for (int i = 0; failed.failures() > 0 && i < 4; i++) {
            Selection selection = new Selection(balancer, i);
            take(selection, 11 * SECOND);
            selection.succeeded();
            selection.succeeded();
            selection.release();
        }
        assertThat(failed.failures()).isZero();
        assertThat(fixture.reports).hasSize(2).last().asString().contains("is available again");
    }

    @Test
    void aClosedIdleConnectionTakesNoTryAway() {
        UpstreamGroup group = fixture.equalServers(2).build();
        Selection selection = new Selection(group.balancerForWorker(), 1);
        Peer first = take(selection, 0);
        selection.failedReused(0);
        assertThat(first.failures()).isEqualTo(1);
        assertThat(selection.triesLeft()).isEqualTo(2);
        assertThat(take(selection, 0)).isNotSameAs(first);
    }

    @Test
    void theOnlyPeerIsHadAgainAfterAClosedIdleConnection() {
        UpstreamGroup group = fixture.equalServers(1).build();
        Selection selection = new Selection(group.balancerForWorker(), 1);
        Peer only = take(selection, 0);
        for (int i = 0; i < 5; i++) {
            selection.failedReused(0);
            assertThat(selection.triesLeft()).isEqualTo(1);
            assertThat(take(selection, 0)).isSameAs(only);
        }
        selection.failed(0);
        assertThat(selection.triesLeft()).isZero();
        assertThat(selection.next(0)).isNull();
        selection.failedReused(0);
        assertThat(selection.triesLeft()).as("nothing was held").isZero();
    }

    /// Random requests on random groups: what is counted is always what is held, nobody is tried twice, tries only fall.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void countsWhatIsHeld(boolean zone) {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            GroupFixture random1 = new GroupFixture(policy(random));
            int peers = 1 + random.nextInt(6);
            for (int i = 0; i < peers; i++) {
                int kind = i == 0 ? 0 : random.nextInt(4);
                int limit = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0;
                random1.server(line -> (kind == 1 ? line.down() : kind == 2 ? line.backup() : line).maxConnections(limit));
            }
            UpstreamGroup group = (zone ? random1.zone() : random1).build();
            Balancer balancer = group.balancerForWorker();
            List<Selection> held = new ArrayList<>();
            long now = 0;
            for (int step = 0; step < 200; step++) {
                now += random.nextInt(3) * SECOND;
                Selection selection = new Selection(balancer, new byte[] {(byte) random.nextInt()}, random.nextInt(4), step);
                Set<Peer> tried = new HashSet<>();
                int tries = selection.triesLeft();
                for (Peer peer = selection.next(now); peer != null; peer = selection.next(now)) {
                    assertThat(tried.add(peer)).isTrue();
                    assertThat(peer.maxConnections() == 0 || peer.activeConnections() <= peer.maxConnections()).isTrue();
                    if (random.nextInt(3) == 0) {
                        selection.succeeded();
                        held.add(selection);
                        break;
                    }
                    switch (random.nextInt(3)) {
                        case 0 -> selection.failed(now);
                        case 1 -> selection.passOver(random.nextBoolean(), now);
                        default -> selection.release();
                    }
                    assertThat(selection.peer()).isNull();
                    assertThat(selection.triesLeft()).isEqualTo(--tries);
                }
                if (held.size() > random.nextInt(4)) {
                    held.remove(random.nextInt(held.size())).release();
                }
                assertThat(BalancerContract.activeConnections(group)).isEqualTo(held.size());
            }
            held.forEach(Selection::release);
            assertThat(BalancerContract.activeConnections(group)).isZero();
        }
    }

    private static BalancingPolicy policy(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> new BalancingPolicy.LeastConnections();
            case 1 -> new BalancingPolicy.IpHash();
            case 2 -> new BalancingPolicy.Random(random.nextBoolean());
            case 3 -> new BalancingPolicy.Hash(TemplateConfig.literal(Position.NONE, "k"), random.nextBoolean());
            default -> new BalancingPolicy.RoundRobin();
        };
    }
}
