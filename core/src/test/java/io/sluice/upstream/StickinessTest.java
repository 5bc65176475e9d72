package io.sluice.upstream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.ByteSize;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.model.UpstreamConfig.Sticky;
import io.sluice.config.model.UpstreamConfig.ZoneConfig;
import io.sluice.testing.Allocations;

import static io.sluice.upstream.BalancerContract.take;
import static io.sluice.upstream.GroupFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

class StickinessTest {

    private static final TemplateConfig NOTHING = TemplateConfig.literal(Position.NONE, "");

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    static Stream<BalancingPolicy> policies() {
        TemplateConfig key = TemplateConfig.literal(Position.NONE, "k");
        return Stream.of(new BalancingPolicy.RoundRobin(), new BalancingPolicy.LeastConnections(),
                new BalancingPolicy.Hash(key, false), new BalancingPolicy.Hash(key, true), new BalancingPolicy.IpHash(),
                new BalancingPolicy.Random(false), new BalancingPolicy.Random(true));
    }

    private static GroupFixture group() {
        return group(new BalancingPolicy.RoundRobin());
    }

    private static GroupFixture group(BalancingPolicy policy) {
        return new GroupFixture(policy).sticky(new Sticky.Route(Position.NONE, List.of(NOTHING)));
    }

    private static Sticky.Cookie cookie(Optional<Duration> expires) {
        return new Sticky.Cookie(
                Position.NONE, "srv", expires, Optional.empty(), false, false, Optional.empty(), "");
    }

    private static Sticky.Learn learn(long bytes) {
        return new Sticky.Learn(Position.NONE, List.of(NOTHING), List.of(NOTHING),
                new ZoneConfig(Position.NONE, "sessions", new ByteSize(bytes)), Duration.ofSeconds(60), false);
    }

    private static Stickiness stickiness(UpstreamGroup group) {
        return Objects.requireNonNull(group.stickiness());
    }

    private static Selection session(UpstreamGroup group, Balancer balancer, String id, long nowNanos) {
        Selection selection = new Selection(balancer, "192.0.2.1".getBytes(StandardCharsets.US_ASCII), 0, 1);
        stickiness(group).prefer(selection, id, nowNanos);
        return selection;
    }

    private static Peer served(UpstreamGroup group, Balancer balancer, String id, long nowNanos) {
        Selection selection = session(group, balancer, id, nowNanos);
        Peer peer = take(selection, nowNanos);
        selection.succeeded();
        selection.release();
        return peer;
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aSessionKeepsItsPeer(BalancingPolicy policy) {
        for (boolean zone : new boolean[] {false, true}) {
            GroupFixture fixture = group(policy).equalServers(5);
            UpstreamGroup group = (zone ? fixture.zone() : fixture).build();
            Balancer balancer = group.balancerForWorker();
            for (Peer peer : group.peers()) {
                for (int i = 0; i < 20; i++) {
                    assertThat(served(group, balancer, peer.id(), 0)).isSameAs(peer);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aPeerThatCannotBeHadIsReplacedAndATriedOneIsNotTriedAgain(BalancingPolicy policy) {
        UpstreamGroup group = group(policy).equalServers(3).server(line -> line.down()).build();
        Balancer balancer = group.balancerForWorker();
        Peer home = group.peers().get(1);
        Selection selection = session(group, balancer, home.id(), 0);
        assertThat(take(selection, 0)).isSameAs(home);
        selection.failed(0);
        assertThat(take(selection, 0)).isNotSameAs(home);
        selection.release();
        assertThat(served(group, balancer, home.id(), SECOND)).as("at rest").isNotSameAs(home);
        assertThat(served(group, balancer, home.id(), 11 * SECOND)).as("rested").isSameAs(home);
        assertThat(served(group, balancer, group.peers().get(3).id(), 0).down()).isFalse();
        assertThat(served(group, balancer, "unknown", 0)).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aDrainingPeerIsForItsSessionsOnly(BalancingPolicy policy) {
        UpstreamGroup group = group(policy).equalServers(2).server(line -> line.drain()).build();
        Balancer balancer = group.balancerForWorker();
        Peer draining = group.peers().get(2);
        for (int i = 0; i < 100; i++) {
            Selection stranger = new Selection(balancer, new byte[] {(byte) i, 1, 2}, 0, i);
            assertThat(take(stranger, 0)).isNotSameAs(draining);
            stranger.release();
            assertThat(served(group, balancer, draining.id(), 0)).isSameAs(draining);
        }
        assertThat(session(group, balancer, "", 0).triesLeft()).isEqualTo(2);
    }

    @Test
    void aGroupThatDrainsAsAWholeServesItsSessions() {
        UpstreamGroup group = group().server(line -> line.drain()).server(line -> line.drain()).build();
        Balancer balancer = group.balancerForWorker();
        assertThat(session(group, balancer, "", 0).next(0)).isNull();
        assertThat(served(group, balancer, group.peers().get(1).id(), 0)).isSameAs(group.peers().get(1));
    }

    @Test
    void routesNamePeers() {
        UpstreamGroup group = group().server(line -> line.route("a")).server(line -> line.route("b"))
                .server(line -> line.route("b")).build();
        Balancer balancer = group.balancerForWorker();
        assertThat(served(group, balancer, "a", 0)).isSameAs(group.peers().getFirst());
        Selection selection = session(group, balancer, "b", 0);
        assertThat(take(selection, 0)).isSameAs(group.peers().get(1));
        selection.failed(0);
        assertThat(take(selection, 0)).as("the other of the same route").isSameAs(group.peers().get(2));
    }

    @Test
    void withoutARouteItIsTheDigestOfTheAddress() {
        Peer peer = group().equalServers(1).build().peers().getFirst();
        assertThat(peer.name()).isEqualTo("127.0.0.1:41001");
        // echo -n 127.0.0.1:41001 | md5sum
        assertThat(peer.id()).isEqualTo("20968bf235cbd37e929b4b68360ae7e5");
    }

    /// Sessions out of turn are paid for: of a peer that has just served its own, strangers get the others first.
    @Test
    void strangersGoElsewhereAfterStickySessions() {
        UpstreamGroup group = group().equalServers(3).build();
        Balancer balancer = group.balancerForWorker();
        Peer home = group.peers().getFirst();
        Map<Peer, Integer> count = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            count.merge(served(group, balancer, home.id(), 0), 1, Integer::sum);
            count.merge(served(group, balancer, "", 0), 1, Integer::sum);
            count.merge(served(group, balancer, "", 0), 1, Integer::sum);
        }
        assertThat(count.values()).allSatisfy(sessions -> assertThat(sessions).isBetween(295, 305));
        for (int i = 0; i < 10_000; i++) {
            served(group, balancer, home.id(), 0);
        }
        List<Peer> next = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            next.add(served(group, balancer, "", 0));
        }
        assertThat(next).as("not kept from new sessions for long").contains(home);
    }

    @Test
    void theCookieBringsTheClientBack() {
        UpstreamGroup group = new GroupFixture(new BalancingPolicy.RoundRobin())
                .server(line -> line.route("one")).equalServers(1).sticky(cookie(Optional.empty())).build();
        Stickiness sticky = stickiness(group);
        assertThat(sticky.cookie(group.peers().getFirst(), "; httponly; path=/", NOW)).isEqualTo("srv=one; httponly; path=/");
        assertThat(sticky.cookie(group.peers().get(1), "", NOW)).isEqualTo("srv=" + group.peers().get(1).id());
    }

    @Test
    void theCookieExpiresAsNginxWritesIt() {
        assertThat(expiring(Duration.ofHours(1)))
                .isEqualTo("srv=one; expires=Sun, 01-Mar-26 13:00:00 GMT; max-age=3600; domain=.example.com");
        assertThat(expiring(Duration.ofDays(366 * 20)))
                .isEqualTo("srv=one; expires=Fri, 16-Mar-2046 12:00:00 GMT; max-age=632448000; domain=.example.com");
        assertThat(expiring(Sticky.Cookie.MAX_EXPIRES))
                .isEqualTo("srv=one; expires=Thu, 31-Dec-37 23:55:55 GMT; max-age=315360000; domain=.example.com");
    }

    private static String expiring(Duration expires) {
        UpstreamGroup group = new GroupFixture(new BalancingPolicy.RoundRobin())
                .server(line -> line.route("one")).sticky(cookie(Optional.of(expires))).build();
        return stickiness(group).cookie(group.peers().getFirst(), "; domain=.example.com", NOW);
    }

    @Test
    void aSessionIsLearnedFromTheResponseThatCreatesIt() {
        GroupFixture fixture = new GroupFixture(new BalancingPolicy.RoundRobin()).equalServers(4).sticky(learn(65536));
        UpstreamGroup group = fixture.build();
        Balancer balancer = group.balancerForWorker();
        Peer home = group.peers().get(2);
        stickiness(group).learn(home, "session", "", 0);
        stickiness(group).learn(group.peers().get(1), "", "never created", 0);
        stickiness(group).learn(group.peers().get(1), "", "", 0);
        for (int i = 0; i < 10; i++) {
            assertThat(served(group, balancer, "session", 0)).isSameAs(home);
        }
        UpstreamGroup reloaded = fixture.build();
        assertThat(served(reloaded, reloaded.balancerForWorker(), "session", 0)).isSameAs(reloaded.peers().get(2));
        stickiness(group).learn(group.peers().get(3), "", "session", 0);
        assertThat(served(group, balancer, "session", 0)).as("moved").isSameAs(group.peers().get(3));
        Set<Peer> others = new HashSet<>();
        for (int i = 0; i < 16; i++) {
            others.add(served(group, balancer, "never created", 0));
        }
        assertThat(others).as("belongs to nobody").hasSize(4);
    }

    @Test
    void selectingAStickyPeerAllocatesNothing() {
        UpstreamGroup group = group().equalServers(4).build();
        Balancer balancer = group.balancerForWorker();
        String id = group.peers().get(2).id();
        Selection[] sessions = new Selection[20_000 + 3 * 100_000];
        for (int i = 0; i < sessions.length; i++) {
            sessions[i] = new Selection(balancer, i);
        }
        int[] next = {0};
        assertThat(Allocations.bytesPerCall(100_000, () -> {
            Selection selection = sessions[next[0]++];
            selection.prefer(id);
            selection.next(0);
            selection.succeeded();
            selection.release();
        })).isZero();
    }

    @Test
    void workersLearnTogether() throws Exception {
        // Room for all: a worker that is stopped between its two steps would else find its session pushed out by the others.
        SessionTable table = new SessionTable(new ByteSize(8 << 20));
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int w = 0; w < 4; w++) {
                int worker = w;
                running.add(executor.submit(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        table.learn("s" + worker + "-" + i, "p" + i % 7, true, SECOND, i);
                        assertThat(table.lookUp("s" + worker + "-" + i, SECOND, i)).isEqualTo("p" + i % 7);
                    }
                }));
            }
            for (Future<?> worker : running) {
                worker.get();
            }
        }
        assertThat(table.size()).isEqualTo(20_000);
    }

    @Test
    void theTableIsBoundedAndForgets() {
        SessionTable table = new SessionTable(new ByteSize(10 * 256));
        for (int i = 0; i < 10; i++) {
            table.learn("s" + i, "p", true, 100, i);
        }
        table.learn("s0", "q", false, 100, 20);
        table.learn("new", "p", true, 100, 21);
        assertThat(table.size()).isEqualTo(10);
        assertThat(table.lookUp("s0", 100, 21)).as("used since").isEqualTo("q");
        assertThat(table.lookUp("s1", 100, 21)).as("the least recently used").isNull();
        assertThat(table.lookUp("s0", 100, 119)).isEqualTo("q");
        assertThat(table.lookUp("s0", 100, 120)).as("timed out").isNull();
        table.learn("s0", "q", false, 100, 120);
        assertThat(table.lookUp("s0", 100, 120)).as("only a response that creates it brings it back").isNull();
        table.learn("last", "p", true, 100, 200);
        assertThat(table.size()).as("those that timed out made room").isEqualTo(1);
    }
}
