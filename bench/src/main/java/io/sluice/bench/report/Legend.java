package io.sluice.bench.report;

import java.util.ArrayList;
import java.util.List;

/// Where the names of series stand: one after the other, in as many rows as it takes. Immutable.
///
/// @param rows how many
record Legend(List<Entry> entries, int rows) {

    /// From the sample's end to the name.
    static final double TEXT_GAP = 6;

    private static final double ENTRY_GAP = 18;

    /// A name. Immutable.
    ///
    /// @param x where its sample begins
    /// @param row from 0
    record Entry(String name, double x, int row) {}

    Legend {
        entries = List.copyOf(entries);
    }

    /// @param sampleWidth of what stands before each name
    /// @param width of a row
    static Legend of(List<String> names, double sampleWidth, double width) {
        List<Entry> entries = new ArrayList<>();
        double x = 0;
        int row = 0;
        for (String name : names) {
            double needed = sampleWidth + TEXT_GAP + name.length() * Drawing.CHARACTER_WIDTH;
            if (x > 0 && x + needed > width) {
                x = 0;
                row++;
            }
            entries.add(new Entry(name, x, row));
            x += needed + ENTRY_GAP;
        }
        return new Legend(entries, names.isEmpty() ? 0 : row + 1);
    }
}
