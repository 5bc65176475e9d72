package io.sluice.transport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SlotsTest {

    private static final int AGES = 1 << 24;

    private final Slots slots = new Slots();

    @Test
    void findsWhatWasAdded() {
        int slot = slots.add("one");
        assertThat(slots.get(slots.key(slot))).isEqualTo("one");
        assertThat(slots.isEmpty()).isFalse();
        assertThat(slots.all()).containsExactly("one");
    }

    @Test
    void aReusedSlotHasAnotherKey() {
        int slot = slots.add("one");
        long old = slots.key(slot);
        slots.remove(slot);
        assertThat(slots.isEmpty()).isTrue();
        assertThat(slots.get(old)).isNull();
        assertThat(slots.add("two")).isEqualTo(slot);
        assertThat(slots.get(old)).isNull();
        assertThat(slots.get(slots.key(slot))).isEqualTo("two");
    }

    @Test
    void keysLeaveTheUppermostByteAlone() {
        int slot = slots.add("first");
        for (int i = 0; i < AGES + 10; i++) {
            slots.remove(slot);
            slot = slots.add("next");
            assertThat(slots.key(slot) >>> 56).isZero();
        }
        assertThat(slots.get(slots.key(slot))).isEqualTo("next");
    }

    @Test
    void behavesAsAMapThroughGrowthAndReuse() {
        SplittableRandom random = new SplittableRandom(1);
        Map<Integer, String> expected = new HashMap<>();
        List<Long> removedKeys = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (expected.isEmpty() || random.nextInt(3) > 0) {
                String name = "object " + i;
                int slot = slots.add(name);
                assertThat(expected.put(slot, name)).isNull();
            } else {
                int slot = expected.keySet().iterator().next();
                removedKeys.add(slots.key(slot));
                slots.remove(slot);
                expected.remove(slot);
            }
        }
        assertThat(expected).hasSizeGreaterThan(1000);
        expected.forEach((slot, name) -> assertThat(slots.get(slots.key(slot))).isEqualTo(name));
        assertThat(removedKeys).allSatisfy(key -> assertThat(slots.get(key)).isNull());
        assertThat(slots.all()).containsExactlyInAnyOrderElementsOf(new ArrayList<>(expected.values()));
    }
}
