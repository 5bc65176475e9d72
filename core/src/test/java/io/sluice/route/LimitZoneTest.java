package io.sluice.route;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.LimitConnZoneConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;
import io.sluice.route.SessionLimits.Admission;
import io.sluice.route.SessionLimits.Admitted;
import io.sluice.route.SessionLimits.Limit;
import io.sluice.route.SessionLimits.Rejected;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LimitZoneTest {

    private final LimitZone zone = new LimitZone("addr", new ByteSize(1 << 20));

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Admitted admitted(SessionLimits limits, byte[]... keys) {
        Admission admission = limits.admit(keys);
        assertThat(admission).isInstanceOf(Admitted.class);
        return (Admitted) admission;
    }

    @Test
    void countsTheSessionsOfEachKey() {
        SessionLimits limits = new SessionLimits(List.of(new Limit(zone, 2)));
        Admitted first = admitted(limits, key("a"));
        Admitted second = admitted(limits, key("a"));
        assertThat(limits.admit(key("a"))).isEqualTo(new Rejected(limits.limits().getFirst(), LimitZone.Refusal.LIMIT_REACHED));
        Admitted other = admitted(limits, key("b"));
        assertThat(zone.sessions(key("a"))).isEqualTo(2);
        first.release();
        first.release();
        assertThat(zone.sessions(key("a"))).isEqualTo(1);
        Admitted third = admitted(limits, key("a"));
        for (Admitted session : List.of(second, other, third)) {
            assertThat(session.counted()).isTrue();
            session.release();
        }
        assertThat(zone.keys()).isZero();
    }

    @Test
    void emptyAndTooLongKeysAreNotCounted() {
        SessionLimits limits = new SessionLimits(List.of(new Limit(zone, 1)));
        byte[] tooLong = new byte[256];
        for (int i = 0; i < 3; i++) {
            assertThat(admitted(limits, key("")).counted()).isFalse();
            assertThat(admitted(limits, tooLong).counted()).isFalse();
        }
        assertThat(zone.keys()).isZero();
        assertThat(SessionLimits.isTooLong(tooLong)).isTrue();
        assertThat(SessionLimits.isTooLong(new byte[255])).isFalse();
        assertThat(admitted(limits, new byte[255]).counted()).isTrue();
        assertThat(limits.admit(new byte[255])).isInstanceOf(Rejected.class);
    }

    @Test
    void aSessionGetsAPlaceInEveryZoneOrInNone() {
        LimitZone perServer = new LimitZone("server", new ByteSize(1 << 20));
        SessionLimits limits = new SessionLimits(List.of(new Limit(zone, 5), new Limit(perServer, 1)));
        Admitted first = admitted(limits, key("a"), key("s"));
        Admission refused = limits.admit(key("b"), key("s"));
        assertThat(refused).isEqualTo(new Rejected(limits.limits().get(1), LimitZone.Refusal.LIMIT_REACHED));
        assertThat(((Rejected) refused).message(false)).isEqualTo("limiting connections by zone \"server\"");
        assertThat(((Rejected) refused).message(true)).isEqualTo("limiting connections, dry run, by zone \"server\"");
        assertThat(zone.sessions(key("b"))).isZero();
        first.release();
        assertThat(zone.keys() + perServer.keys()).isZero();
    }

    @Test
    void aFullZoneRejectsNewKeysOnly() {
        SessionLimits limits = new SessionLimits(List.of(new Limit(zone, 10)));
        List<Admitted> held = new ArrayList<>();
        Admission last = limits.admit(key("first"));
        while (last instanceof Admitted admitted) {
            held.add(admitted);
            last = limits.admit(ByteBuffer.allocate(16).putInt(held.size()).array());
        }
        assertThat(last).isEqualTo(new Rejected(limits.limits().getFirst(), LimitZone.Refusal.ZONE_FULL));
        assertThat(zone.keys()).as("nginx: about 16 thousand in a megabyte").isBetween(15_800, 16_384);
        admitted(limits, key("first")).release();
        held.getLast().release();
        admitted(limits, key("another"));
        held.forEach(Admitted::release);
        assertThat(zone.keys()).isEqualTo(1);
    }

    @Test
    void longKeysTakeMoreRoom() {
        SessionLimits limits = new SessionLimits(List.of(new Limit(zone, 1)));
        int count = 0;
        byte[] key = new byte[200];
        while (limits.admit(ByteBuffer.wrap(key.clone()).putInt(0, count).array()) instanceof Admitted) {
            count++;
        }
        assertThat(count).isBetween(3_900, 4_096);
    }

    @Test
    void limitsAreExactAcrossWorkers() throws Exception {
        int keys = 5;
        int limit = 3;
        SessionLimits limits = new SessionLimits(List.of(new Limit(zone, limit)));
        AtomicIntegerArray inFlight = new AtomicIntegerArray(keys);
        int workers = 4;
        try (ExecutorService executor = Executors.newFixedThreadPool(workers)) {
            List<Future<Integer>> running = new ArrayList<>();
            for (int w = 0; w < workers; w++) {
                int start = w;
                running.add(executor.submit(() -> {
                    int most = 0;
                    List<Admitted> held = new ArrayList<>();
                    List<Integer> heldKeys = new ArrayList<>();
                    for (int i = start; i < 100_000; i++) {
                        int key = i * 7 % keys;
                        if (limits.admit(new byte[] {(byte) (key + 1)}) instanceof Admitted admitted) {
                            most = Math.max(most, inFlight.incrementAndGet(key));
                            held.add(admitted);
                            heldKeys.add(key);
                        }
                        if (held.size() > i % 4) {
                            inFlight.decrementAndGet(heldKeys.removeLast());
                            held.removeLast().release();
                        }
                    }
                    while (!held.isEmpty()) {
                        inFlight.decrementAndGet(heldKeys.removeLast());
                        held.removeLast().release();
                    }
                    return most;
                }));
            }
            for (Future<Integer> worker : running) {
                assertThat(worker.get()).isBetween(1, limit);
            }
        }
        assertThat(zone.keys()).isZero();
        // Nothing of the zone's room was lost: as many keys fit as at the beginning.
        aFullZoneRejectsNewKeysOnly();
    }

    private static LimitConnZoneConfig config(String name, String key, int bytes) {
        return new LimitConnZoneConfig(Position.NONE, name, TemplateConfig.literal(Position.NONE, key), new ByteSize(bytes));
    }

    @Test
    void aZoneOutlivesReloadsWhileNameKeyAndSizeStay() {
        LimitZones zones = new LimitZones();
        LimitZone before = zones.zone(config("z", "k", 65536));
        Admitted session = admitted(new SessionLimits(List.of(new Limit(before, 1))), key("a"));
        LimitZone after = zones.zone(config("z", "k", 65536));
        assertThat(new SessionLimits(List.of(new Limit(after, 1))).admit(key("a"))).isInstanceOf(Rejected.class);
        assertThat(zones.zone(config("z", "other", 65536))).isNotSameAs(before);
        assertThat(zones.zone(config("z", "k", 131072))).isNotSameAs(before);
        assertThat(zones.zone(config("y", "k", 65536))).isNotSameAs(before);
        session.release();
        assertThat(after.keys()).isZero();
    }

    @Test
    void zonesThatNobodyHoldsAreForgotten() {
        LimitZones zones = new LimitZones();
        LimitZone held = zones.zone(config("held", "k", 65536));
        zones.zone(config("gone", "k", 65536));
        while (zones.size() > 1) {
            System.gc();
            assertThat(zones.zone(config("held", "k", 65536))).isSameAs(held);
        }
    }

    @Test
    void withoutLimitsNothingIsCounted() {
        assertThat(admitted(SessionLimits.NONE).counted()).isFalse();
    }
}
