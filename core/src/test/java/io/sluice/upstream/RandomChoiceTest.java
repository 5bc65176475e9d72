package io.sluice.upstream;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.BalancingPolicy;

import static org.assertj.core.api.Assertions.assertThat;

class RandomChoiceTest extends BalancerContract {

    @Override
    BalancingPolicy policy() {
        return new BalancingPolicy.Random(false);
    }

    /// Six standard deviations of the rarest peer's share.
    @Override
    double tolerance() {
        return 0.18;
    }

    @Test
    void drawsDoNotDependOnLoad() {
        UpstreamGroup group = group().equalServers(2).build();
        Balancer balancer = group.balancerForWorker();
        group.peers().getFirst().state().claim(group.peers().getFirst(), 0);
        assertThat(chosenBy(balancer, 200, 0)).hasSize(2);
    }
}
