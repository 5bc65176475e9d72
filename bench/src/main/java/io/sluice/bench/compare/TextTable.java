package io.sluice.bench.compare;

import java.util.ArrayList;
import java.util.List;

/// A table in columns for a terminal: the first ones to the left, those of numbers to the right. Confined to the thread that writes.
final class TextTable {

    private static final String GAP = "  ";

    private final int left;

    private final List<List<String>> rows = new ArrayList<>();

    /// @param left how many columns are set to the left
    /// @param columns the head
    TextTable(int left, List<String> columns) {
        this.left = left;
        rows.add(columns);
    }

    /// @param cells as many as the head has
    void row(List<String> cells) {
        rows.add(cells);
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                line.append(GAP).append(i < left ? row.get(i) + padding : padding + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
