package io.sluice.upstream;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.upstream.PeerState.Claim;

import static io.sluice.upstream.GroupFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/// What happens between the moment when several workers see a peer available and the moment when they take it.
class PeerStateTest {

    private static final long RESTED = 11 * SECOND;

    private static Peer peer(int maxConnections) {
        return new GroupFixture(new BalancingPolicy.RoundRobin())
                .server(line -> line.maxConnections(maxConnections)).server(line -> line)
                .build().peers().getFirst();
    }

    @Test
    void ofAllThatSawTheRestEndOneMayTry() {
        Peer peer = peer(0);
        PeerState state = peer.state();
        state.failed(peer, false, 0);
        assertThat(peer.available(RESTED)).isTrue();
        assertThat(state.claim(peer, RESTED)).isEqualTo(Claim.PROBE);
        assertThat(state.claim(peer, RESTED)).isEqualTo(Claim.REFUSED);
        assertThat(state.active()).isEqualTo(1);
        assertThat(state.succeeded(peer)).isTrue();
        assertThat(state.claim(peer, RESTED)).isEqualTo(Claim.ADMITTED);
    }

    @Test
    void theLastPlaceIsTakenOnce() {
        Peer peer = peer(1);
        PeerState state = peer.state();
        assertThat(state.claim(peer, 0)).isEqualTo(Claim.ADMITTED);
        assertThat(state.claim(peer, 0)).isEqualTo(Claim.REFUSED);
        state.leave();
        assertThat(state.claim(peer, 0)).isEqualTo(Claim.ADMITTED);
    }

    /// Otherwise the peer would rest once more without having been tried.
    @Test
    void aFullPeerDoesNotUseUpItsAttempt() {
        Peer peer = peer(1);
        PeerState state = peer.state();
        state.claim(peer, 0);
        state.failed(peer, false, 0);
        assertThat(state.claim(peer, RESTED)).isEqualTo(Claim.REFUSED);
        state.leave();
        assertThat(state.claim(peer, RESTED)).isEqualTo(Claim.PROBE);
    }

    @Test
    void timeMayPassTheWrapOfTheMonotonicClock() {
        Peer peer = peer(0);
        PeerState state = peer.state();
        long now = Long.MAX_VALUE - SECOND;
        state.failed(peer, false, now);
        assertThat(peer.available(now + 5 * SECOND)).isFalse();
        assertThat(state.claim(peer, now + 11 * SECOND)).isEqualTo(Claim.PROBE);
        assertThat(state.succeeded(peer)).isTrue();
    }
}
