package io.sluice.variable;

import org.jspecify.annotations.Nullable;

/// What `map`, `geo` and `split_clients` gave one session, what `set` assigned and what the last regular expression captured.
/// Confined to its worker's event loop.
///
/// A map is evaluated once for a session, at its first use, unless it is `volatile`. An internal redirect changes nothing here.
public final class VariableValues {

    // Stands in a slot while it is computed: who finds it asks for a value that depends on itself.
    @SuppressWarnings("StringOperationCanBeSimplified") // an identity of its own
    private static final String EVALUATING = new String("evaluating");

    private final VariableTable table;

    private final @Nullable String[] slots;

    private RegularExpression.@Nullable Match lastMatch;

    VariableValues(VariableTable table) {
        this.table = table;
        this.slots = new @Nullable String[table.slots()];
    }

    /// The value of a slot; null when it has none, and when what computes it depends on itself.
    @SuppressWarnings("ReferenceEquality")
    @Nullable String value(int slot, VariableSource source) {
        String present = slots[slot];
        if (present == EVALUATING) {
            return null;
        }
        if (present != null) {
            return present;
        }
        ComputedVariable computed = table.computed(slot);
        return computed == null ? table.unassigned(slot) : evaluate(slot, computed, source);
    }

    void assign(int slot, String value) {
        slots[slot] = value;
    }

    /// Takes over what an expression captured: `$1` and the others until the next match, named groups for good.
    void captured(RegularExpression.Match match, int[] groupSlots) {
        lastMatch = match;
        for (int group = 1; group < groupSlots.length; group++) {
            if (groupSlots[group] != VariableTable.NO_SLOT) {
                slots[groupSlots[group]] = match.group(group);
            }
        }
    }

    /// Forgets `$1` and the others, as `rewrite` and `if` do when their expression does not match.
    public void clearCaptures() {
        lastMatch = null;
    }

    /// What group `number` of the last match captured; null when there is no such group.
    @Nullable String capture(int number) {
        RegularExpression.Match match = lastMatch;
        return match == null || number > match.groupCount() ? null : match.group(number);
    }

    private String evaluate(int slot, ComputedVariable computed, VariableSource source) {
        slots[slot] = EVALUATING;
        @Nullable String kept = null;
        try {
            String value = computed.evaluate(source);
            kept = computed.isVolatile() ? null : value;
            return value;
        } finally {
            slots[slot] = kept;
        }
    }
}
