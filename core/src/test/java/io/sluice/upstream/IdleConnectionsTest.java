package io.sluice.upstream;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.sluice.config.model.Address;
import io.sluice.config.model.UpstreamConfig.KeepAlive;
import io.sluice.testing.Allocations;
import io.sluice.time.TimerWheel;

import static io.sluice.upstream.GroupFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class IdleConnectionsTest {

    // The wheel's tick, by which a timer may be late.
    private static final long TICK = 1 << 20;

    private static final Address A = peer(1);

    private static final Address B = peer(2);

    private final TimerWheel wheel = new TimerWheel(0);

    private final List<String> closed = new ArrayList<>();

    private static Address peer(int number) {
        return new Address.Ip(InetAddress.ofLiteral("192.0.2." + number), 80);
    }

    private IdleConnections<String> pool(int connections) {
        return pool(connections, 1000, Duration.ofHours(1));
    }

    private IdleConnections<String> pool(int connections, int requests, Duration time) {
        return new IdleConnections<>(
                new KeepAlive(connections, requests, time, Duration.ofSeconds(60)), wheel, closed::add);
    }

    private static KeptConnection<String> connection(String name, Address address) {
        return new KeptConnection<>(name, address, null, 0);
    }

    private static @Nullable String taken(IdleConnections<String> pool, Address address, @Nullable Object identity) {
        KeptConnection<String> kept = pool.take(address, identity);
        return kept == null ? null : kept.connection();
    }

    @Test
    void theNewestToThePeerIsTaken() {
        IdleConnections<String> pool = pool(8);
        for (String name : List.of("a1", "b1", "a2", "b2", "a3")) {
            assertThat(pool.put(connection(name, name.startsWith("a") ? A : B), 0)).isTrue();
        }
        assertThat(taken(pool, A, null)).isEqualTo("a3");
        assertThat(taken(pool, B, null)).isEqualTo("b2");
        assertThat(taken(pool, A, null)).isEqualTo("a2");
        assertThat(taken(pool, A, null)).isEqualTo("a1");
        assertThat(taken(pool, A, null)).isNull();
        assertThat(taken(pool, peer(3), null)).isNull();
        assertThat(pool.size()).isEqualTo(1);
        assertThat(closed).isEmpty();
    }

    @Test
    void onlyRequestsOfTheSameIdentityShareConnections() {
        IdleConnections<String> pool = pool(8);
        pool.put(new KeptConnection<>("tls one", A, "one.example", 0), 0);
        pool.put(new KeptConnection<>("plain", A, null, 0), 0);
        pool.put(new KeptConnection<>("tls two", A, "two.example", 0), 0);
        assertThat(taken(pool, A, "three.example")).isNull();
        assertThat(taken(pool, A, new String("one.example"))).isEqualTo("tls one");
        assertThat(taken(pool, A, null)).isEqualTo("plain");
        assertThat(taken(pool, A, "two.example")).isEqualTo("tls two");
    }

    @Test
    void whenItIsFullTheOldestOfAllMakesRoom() {
        IdleConnections<String> pool = pool(2);
        pool.put(connection("a1", A), 0);
        pool.put(connection("b1", B), 1);
        pool.put(connection("b2", B), 2);
        assertThat(closed).containsExactly("a1");
        assertThat(pool.size()).isEqualTo(2);
        assertThat(taken(pool, A, null)).isNull();
    }

    @Test
    void aConnectionIsKeptForSoManyRequests() {
        IdleConnections<String> pool = pool(2, 3, Duration.ofHours(1));
        KeptConnection<String> kept = connection("a", A);
        for (int request = 1; request < 3; request++) {
            assertThat(pool.put(kept, 0)).isTrue();
            assertThat(pool.take(A, null)).isSameAs(kept);
        }
        assertThat(kept.requests()).isEqualTo(3);
        assertThat(pool.put(kept, 0)).isFalse();
        assertThat(pool.size()).isZero();
        assertThat(closed).as("the caller closes it").isEmpty();
    }

    @Test
    void aConnectionIsKeptForSoLong() {
        IdleConnections<String> pool = pool(2, 1000, Duration.ofSeconds(5));
        KeptConnection<String> kept = connection("a", A);
        assertThat(pool.put(kept, 5 * SECOND)).isTrue();
        pool.take(A, null);
        assertThat(pool.put(kept, 5 * SECOND + 1)).isFalse();
    }

    @Test
    void anIdleConnectionIsClosedAfterItsTimeout() {
        IdleConnections<String> pool = pool(8);
        pool.put(connection("a1", A), 0);
        pool.put(connection("b1", B), 20 * SECOND);
        pool.put(connection("a2", A), 40 * SECOND);
        wheel.advance(60 * SECOND - TICK);
        assertThat(closed).isEmpty();
        wheel.advance(60 * SECOND + TICK);
        assertThat(closed).containsExactly("a1");
        assertThat(taken(pool, B, null)).isEqualTo("b1");
        wheel.advance(99 * SECOND);
        assertThat(closed).hasSize(1);
        wheel.advance(100 * SECOND + TICK);
        assertThat(closed).containsExactly("a1", "a2");
        assertThat(pool.size()).isZero();
        assertThat(wheel.size()).as("nothing to wait for").isZero();
    }

    @Test
    void withoutATimeoutNothingIsKept() {
        IdleConnections<String> pool = new IdleConnections<>(
                new KeepAlive(8, 10, Duration.ofHours(1), Duration.ZERO), wheel, closed::add);
        assertThat(pool.put(connection("a", A), 0)).isFalse();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void whatThePeerClosesIsNotTakenAnyMore() {
        IdleConnections<String> pool = pool(8);
        KeptConnection<String> kept = connection("a", A);
        assertThat(pool.remove(kept)).as("in use").isFalse();
        pool.put(kept, 0);
        assertThat(kept.isIdle()).isTrue();
        assertThat(pool.remove(kept)).isTrue();
        assertThat(pool.remove(kept)).isFalse();
        assertThat(kept.isIdle()).isFalse();
        assertThat(taken(pool, A, null)).isNull();
        assertThat(closed).isEmpty();
    }

    @Test
    void aRetiredPoolClosesAllAndKeepsNone() {
        IdleConnections<String> pool = pool(8);
        KeptConnection<String> inUse = connection("used", A);
        pool.put(inUse, 0);
        pool.take(A, null);
        pool.put(connection("a", A), 0);
        pool.put(connection("b", B), 0);
        pool.retire();
        assertThat(closed).containsExactly("a", "b");
        assertThat(pool.put(inUse, 0)).isFalse();
        assertThat(wheel.size()).isZero();
    }

    /// Closing a socket may tell its handler, which takes the connection out once more.
    @Test
    void closingMayCallBack() {
        AtomicReference<@Nullable IdleConnections<List<KeptConnection<?>>>> itself = new AtomicReference<>();
        List<Boolean> removed = new ArrayList<>();
        IdleConnections<List<KeptConnection<?>>> pool = new IdleConnections<>(
                new KeepAlive(1, 10, Duration.ofHours(1), Duration.ofSeconds(1)), wheel,
                socket -> removed.add(Objects.requireNonNull(itself.get()).remove(kept(socket))));
        itself.set(pool);
        for (int i = 0; i < 3; i++) {
            List<KeptConnection<?>> socket = new ArrayList<>();
            KeptConnection<List<KeptConnection<?>>> kept = new KeptConnection<>(socket, A, null, 0);
            socket.add(kept);
            pool.put(kept, 0);
        }
        wheel.advance(2 * SECOND);
        assertThat(removed).containsExactly(false, false, false);
        assertThat(pool.size()).isZero();
    }

    @SuppressWarnings("unchecked")
    private static KeptConnection<List<KeptConnection<?>>> kept(List<KeptConnection<?>> socket) {
        return (KeptConnection<List<KeptConnection<?>>>) socket.getFirst();
    }

    @Test
    void puttingTwiceIsAMistake() {
        IdleConnections<String> pool = pool(2);
        KeptConnection<String> kept = connection("a", A);
        pool.put(kept, 0);
        assertThatThrownBy(() -> pool.put(kept, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void takingAndPuttingAllocateNothing() {
        IdleConnections<String> pool = pool(4, Integer.MAX_VALUE, Duration.ofDays(10_000));
        List<KeptConnection<String>> kept = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            kept.add(new KeptConnection<>("c" + i, i % 2 == 0 ? A : B, "name", 0));
            pool.put(kept.get(i), i);
        }
        assertThat(Allocations.bytesPerCall(100_000, () -> {
            KeptConnection<String> a = Objects.requireNonNull(pool.take(A, "name"));
            KeptConnection<String> b = Objects.requireNonNull(pool.take(B, "name"));
            pool.put(a, 1);
            pool.put(b, 1);
        })).isZero();
    }

    /// Random steps, and a plain list that does the same.
    @Test
    void behavesAsAListWould() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            TimerWheel time = new TimerWheel(0);
            List<Integer> closedOnes = new ArrayList<>();
            int capacity = 1 + random.nextInt(6);
            IdleConnections<Integer> pool = new IdleConnections<>(
                    new KeepAlive(capacity, 4, Duration.ofSeconds(40), Duration.ofSeconds(10)), time, closedOnes::add);
            // The newest first.
            Deque<KeptConnection<Integer>> model = new ArrayDeque<>();
            List<Integer> expectedClosed = new ArrayList<>();
            List<KeptConnection<Integer>> used = new ArrayList<>();
            long now = 0;
            for (int step = 0; step < 400; step++) {
                switch (random.nextInt(5)) {
                    case 0 -> used.add(new KeptConnection<>(step, peer(random.nextInt(3)), null, now));
                    case 1 -> {
                        if (!used.isEmpty()) {
                            KeptConnection<Integer> kept = used.remove(random.nextInt(used.size()));
                            boolean expected = kept.requests() < 4 && now - kept.sinceNanos() <= 40 * SECOND;
                            assertThat(pool.put(kept, now)).isEqualTo(expected);
                            if (expected) {
                                if (model.size() == capacity) {
                                    expectedClosed.add(model.removeLast().connection());
                                }
                                model.addFirst(kept);
                            }
                        }
                    }
                    case 2 -> {
                        Address address = peer(random.nextInt(3));
                        KeptConnection<Integer> expected =
                                model.stream().filter(kept -> kept.address().equals(address)).findFirst().orElse(null);
                        assertThat(pool.take(address, null)).isSameAs(expected);
                        if (expected != null) {
                            model.remove(expected);
                            used.add(expected);
                        }
                    }
                    case 3 -> {
                        KeptConnection<Integer> some = model.peekLast();
                        if (some != null && random.nextInt(4) == 0) {
                            assertThat(pool.remove(some)).isTrue();
                            model.remove(some);
                        }
                    }
                    default -> {
                        now += TICK * (1 + random.nextInt(4000));
                        time.advance(now);
                        for (Iterator<KeptConnection<Integer>> oldest = model.descendingIterator(); oldest.hasNext();) {
                            KeptConnection<Integer> kept = oldest.next();
                            // Closed at the latest one tick after its timeout; the clock moves by whole ticks.
                            if (now - kept.idleSinceNanos >= 10 * SECOND + TICK || !kept.isIdle()) {
                                expectedClosed.add(kept.connection());
                                oldest.remove();
                            }
                        }
                    }
                }
                assertThat(pool.size()).isEqualTo(model.size()).isLessThanOrEqualTo(capacity);
                assertThat(closedOnes).isEqualTo(expectedClosed);
                assertThat(model).allMatch(KeptConnection::isIdle);
                assertThat(used).noneMatch(KeptConnection::isIdle);
            }
            assertThat(time.size()).isLessThanOrEqualTo(1);
        }
    }
}
