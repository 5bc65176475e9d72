package io.sluice.bench.report;

import java.util.List;

/// Horizontal bars of parts that add up, such as user and system time, with the quartiles of the whole. Immutable.
///
/// @param axis of the sum, with its unit
/// @param parts their names for the legend
/// @param rows each with a value for every part
public record StackedBarPlot(String title, String axis, List<String> parts, List<Row> rows) implements Plot {

    private static final double ROW_HEIGHT = 28;

    private static final double BAR_HEIGHT = 18;

    private static final double MIN_LEFT = 90;

    /// Room for the sum beside the longest bar.
    private static final double RIGHT = 70;

    private static final double BELOW = 46;

    private static final double ERROR_HALF_HEIGHT = 4;

    /// One bar. Immutable.
    ///
    /// @param lower quartile of the sum
    /// @param upper quartile of the sum
    public record Row(String label, List<Double> values, double lower, double upper) {

        /// Copies.
        public Row {
            values = List.copyOf(values);
        }

        private double sum() {
            return values.stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    /// Copies.
    public StackedBarPlot {
        parts = List.copyOf(parts);
        rows = List.copyOf(rows);
    }

    @Override
    public String svg() {
        double height = rows.size() * ROW_HEIGHT + 6;
        Drawing drawing = new Drawing(title, parts, Drawing.Sample.BOX, height + BELOW);
        int longest = rows.stream().mapToInt(row -> row.label().length()).max().orElse(0);
        double left = Math.clamp(longest * Drawing.CHARACTER_WIDTH + 16, MIN_LEFT, Drawing.WIDTH / 2);
        double right = Drawing.WIDTH - RIGHT;
        double upper = drawing.top();
        double highest = rows.stream().mapToDouble(row -> Math.max(row.upper(), row.sum())).max().orElse(1);
        Scale scale = Scale.of(Axis.Kind.LINEAR, 0, highest, left, right);
        drawing.bottomAxis(Axis.linear(axis), scale, left, right, upper, upper + height);
        double y = upper + 3 + ROW_HEIGHT / 2;
        for (Row row : rows) {
            draw(drawing, row, scale, left, y);
            y += ROW_HEIGHT;
        }
        drawing.line(left, upper, left, upper + height, "axis");
        return drawing.svg();
    }

    private void draw(Drawing drawing, Row row, Scale scale, double left, double y) {
        drawing.text(row.label(), left - 12, y + 4, "end", "");
        double sum = 0;
        for (int part = 0; part < row.values().size(); part++) {
            double value = Math.max(0, row.values().get(part));
            double from = scale.at(sum);
            sum += value;
            drawing.beginSeries(part);
            drawing.rectangle(
                    from, y - BAR_HEIGHT / 2, scale.at(sum) - from, BAR_HEIGHT, "bar",
                    row.label() + ", " + parts.get(part) + ": " + Tip.of(value));
            drawing.endSeries();
        }
        double end = scale.at(sum);
        if (row.upper() > row.lower() && scale.shows(row.lower()) && scale.shows(row.upper())) {
            double from = scale.at(row.lower());
            double to = scale.at(row.upper());
            drawing.line(from, y, to, y, "error");
            drawing.line(from, y - ERROR_HALF_HEIGHT, from, y + ERROR_HALF_HEIGHT, "error");
            drawing.line(to, y - ERROR_HALF_HEIGHT, to, y + ERROR_HALF_HEIGHT, "error");
            end = Math.max(end, to);
        }
        drawing.text(Tip.of(sum), end + 8, y + 4, "start", "soft");
    }
}
