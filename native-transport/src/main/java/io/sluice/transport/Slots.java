package io.sluice.transport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// Numbers for registered objects, with an age each so that a number can be reused at once. Confined to its worker's
/// event loop.
///
/// What the kernel gets to carry is a key: the age in the upper, the slot in the lower half.
final class Slots {

    private static final int INITIAL = 256;

    private static final int AGE_SHIFT = 32;

    private @Nullable Object[] objects = new Object[INITIAL];

    private int[] ages = new int[INITIAL];

    /// For a free slot the next free one.
    private int[] nextFree = new int[INITIAL];

    private int firstFree = -1;

    private int used;

    private int count;

    int add(Object object) {
        int slot = firstFree;
        if (slot >= 0) {
            firstFree = nextFree[slot];
        } else {
            slot = used++;
            if (slot == objects.length) {
                objects = Arrays.copyOf(objects, slot * 2);
                ages = Arrays.copyOf(ages, slot * 2);
                nextFree = Arrays.copyOf(nextFree, slot * 2);
            }
        }
        objects[slot] = object;
        count++;
        return slot;
    }

    long key(int slot) {
        return ((long) ages[slot] << AGE_SHIFT) | slot;
    }

    /// The object of a key; null when it was removed since.
    @Nullable Object get(long key) {
        int slot = (int) key;
        return ages[slot] == (int) (key >>> AGE_SHIFT) ? objects[slot] : null;
    }

    /// Puts another object in, under the same key.
    void replace(int slot, Object object) {
        objects[slot] = object;
    }

    void remove(int slot) {
        objects[slot] = null;
        count--;
        // 24 bits of age: io_uring's keys carry an operation in the uppermost byte.
        ages[slot] = (ages[slot] + 1) & 0xff_ffff;
        nextFree[slot] = firstFree;
        firstFree = slot;
    }

    boolean isEmpty() {
        return count == 0;
    }

    List<Object> all() {
        List<Object> all = new ArrayList<>();
        for (Object object : objects) {
            if (object != null) {
                all.add(object);
            }
        }
        return all;
    }
}
