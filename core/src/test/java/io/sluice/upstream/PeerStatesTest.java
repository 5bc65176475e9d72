package io.sluice.upstream;

import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.sluice.config.model.Address;
import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.UpstreamConfig;

import static org.assertj.core.api.Assertions.assertThat;

class PeerStatesTest {

    private final PeerStates states = new PeerStates();

    private static PeerStates.Key key(String group, String server, int port, int occurrence) {
        return new PeerStates.Key(group, server, new Address.Ip(InetAddress.ofLiteral("127.0.0.1"), port), occurrence);
    }

    @Test
    void aPeerIsGroupServerTextAddressAndOccurrence() {
        PeerState state = states.of(key("g", "a:1", 1, 0));
        assertThat(states.of(key("g", "a:1", 1, 0))).isSameAs(state);
        List<PeerState> others = List.of(
                states.of(key("h", "a:1", 1, 0)),
                states.of(key("g", "b:1", 1, 0)),
                states.of(key("g", "a:1", 2, 0)),
                states.of(key("g", "a:1", 1, 1)));
        assertThat(others).doesNotContain(state).doesNotHaveDuplicates();
    }

    @Test
    void equalLinesAreDifferentPeers() {
        GroupFixture fixture = new GroupFixture(new BalancingPolicy.RoundRobin());
        PeerConfig line = PeerConfig.of(Position.NONE, new Endpoint.Host("127.0.0.1", 80));
        UpstreamGroup group = UpstreamGroup.create(
                new UpstreamConfig(Position.NONE, "g", false, List.of(line, line), new BalancingPolicy.RoundRobin(), Optional.empty()),
                GroupFixture::literal, fixture.states, fixture);
        assertThat(group.peers().get(0).state()).isNotSameAs(group.peers().get(1).state());
    }

    @Test
    @Timeout(30)
    void forgetsPeersThatNobodyHolds() {
        PeerState held = states.of(key("g", "a:1", 1, 0));
        states.of(key("g", "a:2", 2, 0));
        while (states.size() > 1) {
            System.gc();
            states.expunge();
        }
        assertThat(states.of(key("g", "a:1", 1, 0))).isSameAs(held);
    }

    /// Groups of computed names are made one after the other.
    @Test
    @Timeout(30)
    void walksOverAllOnlyWhenThereAreTwiceAsMany() {
        fill(2, 128);
        PeerState garbage = states.of(key("g", "a", 1, 0));
        WeakReference<PeerState> gone = new WeakReference<>(garbage);
        assertThat(states.size()).isEqualTo(127);
        garbage = null;
        while (gone.get() != null) {
            System.gc();
        }
        states.expungeIfGrown();
        assertThat(states.size()).as("not worth a walk").isEqualTo(127);
        fill(128, 129);
        states.expungeIfGrown();
        assertThat(states.size()).isLessThan(127);
    }

    private void fill(int from, int to) {
        for (int i = from; i < to; i++) {
            states.of(key("g", "a", i, 0));
        }
    }
}
