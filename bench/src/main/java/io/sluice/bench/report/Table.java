package io.sluice.bench.report;

import java.util.List;

/// A table: text to the left, numbers to the right. Immutable.
///
/// A cell of several lines shows all but its first one small.
///
/// @param left how many columns are text, the first of which says what a row is about
/// @param rows each as long as there are columns
public record Table(int left, List<String> columns, List<List<String>> rows) {

    /// Numbers in all columns but the first.
    public Table(List<String> columns, List<List<String>> rows) {
        this(1, columns, rows);
    }

    /// Copies.
    ///
    /// @throws IllegalArgumentException when a row is longer or shorter than the head
    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(row + " does not fit below " + columns);
            }
        }
    }
}
