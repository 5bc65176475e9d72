package io.sluice.upstream;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.Address;
import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.model.UpstreamConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConsistentHashTest extends BalancerContract {

    @Override
    BalancingPolicy policy() {
        return new BalancingPolicy.Hash(TemplateConfig.literal(Position.NONE, "k"), true);
    }

    @Override
    double tolerance() {
        return 0.2;
    }

    /// Recorded from nginx 1.22.1 with the same group and keys.
    @Test
    void mapsKeysAsNginxDoes() {
        Balancer balancer = group().servers(1, 2, 1, 5, 1).build().balancerForWorker();
        assertThat(HashModuloTest.mapping(balancer, 42100, 40)).isEqualTo("4443453444334544423122444455455524433541");
    }

    /// Recorded from nginx 1.22.1: the peers 2 and 4 marked down, so that the walk goes on around the ring.
    @Test
    void walksTheRingAsNginxDoes() {
        Balancer balancer = group().server(line -> line).server(line -> line.weight(2).down()).server(line -> line)
                .server(line -> line.weight(5).down()).server(line -> line).build().balancerForWorker();
        assertThat(HashModuloTest.mapping(balancer, 42300, 40)).isEqualTo("1311133155531113515515551115315351351555");
    }

    /// The points of two servers, computed with the construction written out and the checksum bit by bit.
    @Test
    void hasThePointsOfTheAlgorithm() {
        UpstreamGroup group = group().servers(2, 1).build();
        TreeMap<Long, Integer> points = new TreeMap<>();
        for (int server = 0; server < 2; server++) {
            int previous = 0;
            for (int i = 0; i < 160 * group.peers().get(server).weight(); i++) {
                int crc = 0xffffffff;
                for (byte b : ("127.0.0.1\0" + (41001 + server)).getBytes(StandardCharsets.US_ASCII)) {
                    crc = HashModuloTest.crcByte(crc, b);
                }
                for (int shift = 0; shift < 32; shift += 8) {
                    crc = HashModuloTest.crcByte(crc, (byte) (previous >>> shift));
                }
                previous = ~crc;
                points.putIfAbsent(Integer.toUnsignedLong(previous), server);
            }
        }
        KetamaRing ring = group.ring();
        assertThat(ring.size()).isEqualTo(points.size());
        int position = ring.firstFrom(0);
        for (Map.Entry<Long, Integer> point : points.entrySet()) {
            assertThat(ring.firstFrom(point.getKey().intValue())).isEqualTo(position);
            assertThat(ring.peersAt(position)).containsExactly(point.getValue());
            position = ring.after(position);
        }
        assertThat(position).as("the walk goes around").isEqualTo(ring.firstFrom(0));
        assertThat(ring.firstFrom(points.lastKey().intValue() + 1)).isEqualTo(ring.firstFrom(0));
    }

    @Test
    void absurdWeightsAreRefusedBeforeTheyFillTheHeap() {
        assertThatThrownBy(() -> group().servers(1, 100_000).build())
                .hasMessage("weights of a consistent hash sum up to more than 100000: 100001");
    }

    @Test
    void leavingOutAPeerMovesItsKeysOnly() {
        UpstreamGroup whole = group().equalServers(5).build();
        UpstreamGroup lacking = group().equalServers(3).server(line -> line.down()).equalServers(1).build();
        int moved = 0;
        Balancer before = whole.balancerForWorker();
        Balancer after = lacking.balancerForWorker();
        for (int i = 0; i < 5000; i++) {
            String then = take(session(before, i), 0).name();
            String now = take(session(after, i), 0).name();
            if (then.endsWith("41004")) {
                moved++;
            } else {
                assertThat(now).isEqualTo(then);
            }
        }
        assertThat(moved).isBetween(700, 1300);
    }

    @Test
    void aKeyReturnsToItsPeerWhenItWorksAgain() {
        Balancer balancer = group().equalServers(4).build().balancerForWorker();
        Peer home = failOnce(balancer, 0);
        Peer refuge = take(session(balancer, 7), 0);
        assertThat(refuge).isNotSameAs(home);
        assertThat(take(session(balancer, 7), 0)).isSameAs(refuge);
        assertThat(take(session(balancer, 7), 11 * GroupFixture.SECOND)).isSameAs(home);
    }

    @Test
    void theAddressesOfANameShareItsPoints() {
        GroupFixture fixture = new GroupFixture(policy());
        PeerConfig named = PeerConfig.of(Position.NONE, new Endpoint.Host("pair.example", 80));
        PeerConfig single = PeerConfig.of(Position.NONE, new Endpoint.Unix("/run/single"));
        UpstreamGroup group = UpstreamGroup.create(
                new UpstreamConfig(Position.NONE, "g", false, List.of(named, single), policy(), Optional.empty()),
                endpoint -> endpoint instanceof Endpoint.Unix unix
                        ? List.of(new Address.Unix(unix.path()))
                        : List.of(new Address.Ip(InetAddress.ofLiteral("192.0.2.1"), 80),
                                new Address.Ip(InetAddress.ofLiteral("2001:db8::2"), 80)),
                fixture.states, fixture);
        assertThat(group.ring().size()).isEqualTo(320);
        Balancer balancer = group.balancerForWorker();
        long key = namedKey(group);
        assertThat(List.of(take(session(balancer, key), 0).name(), take(session(balancer, key), 0).name()))
                .containsExactly("192.0.2.1:80", "[2001:db8::2]:80");
        assertThat(group.peers().get(2).name()).isEqualTo("unix:/run/single");
    }

    /// A key that falls on the name with two addresses.
    private static long namedKey(UpstreamGroup group) {
        for (long i = 0; ; i++) {
            Selection selection = session(group.balancerForWorker(), i);
            Peer peer = take(selection, 0);
            selection.release();
            if (peer.serverName().equals("pair.example:80")) {
                return i;
            }
        }
    }
}
