package io.sluice.upstream;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.BalancingPolicy;

import static org.assertj.core.api.Assertions.assertThat;

class RandomTwoTest extends BalancerContract {

    @Override
    BalancingPolicy policy() {
        return new BalancingPolicy.Random(true);
    }

    @Override
    double tolerance() {
        return 0.18;
    }

    @Test
    void ofTwoPeersTakesTheLessBusy() {
        UpstreamGroup group = group().equalServers(2).build();
        // Seeded: once in a million sessions the same peer is drawn twenty times and the rotation decides.
        Balancer balancer = Balancer.create(group, new SplittableRandom(1));
        int most = 0;
        for (int i = 0; i < 1000; i++) {
            take(session(balancer, i), 0);
            int difference = group.peers().get(0).activeConnections() - group.peers().get(1).activeConnections();
            most = Math.max(most, Math.abs(difference));
        }
        assertThat(most).isEqualTo(1);
    }

    @Test
    void keepsManyPeersEvenlyBusy() {
        UpstreamGroup group = group().equalServers(50).build();
        Balancer balancer = group.balancerForWorker();
        for (int i = 0; i < 50 * 100; i++) {
            take(session(balancer, i), 0);
        }
        assertThat(group.peers()).allMatch(peer -> Math.abs(peer.activeConnections() - 100) <= 20);
    }
}
