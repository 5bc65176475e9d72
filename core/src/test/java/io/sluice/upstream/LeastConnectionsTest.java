package io.sluice.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.BalancingPolicy;

import static org.assertj.core.api.Assertions.assertThat;

class LeastConnectionsTest extends BalancerContract {

    @Override
    BalancingPolicy policy() {
        return new BalancingPolicy.LeastConnections();
    }

    @Override
    double tolerance() {
        return 0.01;
    }

    @Test
    void takesThePeerWithFewestSessionsPerWeight() {
        UpstreamGroup group = group().servers(3, 1, 2).build();
        Balancer balancer = group.balancerForWorker();
        Random random = new Random(7);
        List<Selection> held = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            if (random.nextInt(3) == 0 && !held.isEmpty()) {
                held.remove(random.nextInt(held.size())).release();
                continue;
            }
            double least = group.peers().stream().mapToDouble(LeastConnectionsTest::load).min().orElseThrow();
            double[] before = group.peers().stream().mapToDouble(LeastConnectionsTest::load).toArray();
            Selection selection = session(balancer, i);
            Peer chosen = take(selection, 0);
            assertThat(before[group.peers().indexOf(chosen)]).isEqualTo(least);
            held.add(selection);
        }
    }

    private static double load(Peer peer) {
        return peer.activeConnections() / (double) peer.weight();
    }

    @Test
    void equalsTakeTurnsByWeight() {
        Balancer balancer = group().servers(5, 1, 1).build().balancerForWorker();
        assertThat(RoundRobinTest.letters(balancer, 14)).isEqualTo("aabacaaaabacaa");
    }

    @Test
    void countsTheSessionsOfAllWorkers() {
        UpstreamGroup group = group().equalServers(2).build();
        Balancer one = group.balancerForWorker();
        Balancer other = group.balancerForWorker();
        take(session(one, 1), 0);
        assertThat(RoundRobinTest.letter(other, take(session(other, 2), 0))).isEqualTo('b');
    }

    @Test
    void backupsAreBalancedByTheSamePolicy() {
        UpstreamGroup group = group().equalServers(1).server(line -> line.backup()).server(line -> line.backup()).build();
        Balancer balancer = group.balancerForWorker();
        failOnce(balancer, 0);
        Selection first = session(balancer, 1);
        Peer held = take(first, 0);
        assertThat(held.backup()).isTrue();
        Peer other = take(session(balancer, 2), 0);
        assertThat(other.backup()).isTrue();
        assertThat(other).isNotSameAs(held);
        first.release();
        assertThat(take(session(balancer, 3), 0)).isSameAs(held);
    }
}
