package io.sluice.bench.report;

import java.util.List;

/// A table of text: what a row is about comes first and is set to the left, all else to the right. Immutable.
///
/// @param rows each as long as there are columns
public record Table(List<String> columns, List<List<String>> rows) {

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
