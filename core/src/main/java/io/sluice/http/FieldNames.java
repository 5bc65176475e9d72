package io.sluice.http;

import java.util.Collection;

import io.netty.util.AsciiString;

/// A set of field names, asked without regard to case and without allocating. Immutable.
final class FieldNames {

    private static final int MIN_SLOTS = 8;

    private final AsciiString[] slots;

    private final int mask;

    FieldNames(Collection<String> names) {
        int size = MIN_SLOTS;
        while (size < names.size() * 4) {
            size *= 2;
        }
        this.slots = new AsciiString[size];
        this.mask = size - 1;
        names.forEach(this::add);
    }

    static FieldNames of(String... names) {
        return new FieldNames(java.util.List.of(names));
    }

    private void add(String name) {
        int slot = AsciiString.hashCode(name) & mask;
        while (slots[slot] != null && !slots[slot].contentEqualsIgnoreCase(name)) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = AsciiString.of(name);
    }

    boolean contains(CharSequence name) {
        int slot = AsciiString.hashCode(name) & mask;
        while (slots[slot] != null) {
            if (slots[slot].contentEqualsIgnoreCase(name)) {
                return true;
            }
            slot = (slot + 1) & mask;
        }
        return false;
    }
}
