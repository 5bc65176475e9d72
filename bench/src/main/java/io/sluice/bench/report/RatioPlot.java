package io.sluice.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/// Ratios with their quartiles, in rows, against a line at 1. Immutable.
///
/// Half as much and twice as much are equally far from the line: the axis is logarithmic. A bar that is to be reached is
/// a short stroke across the row, with its number at the row's end.
///
/// @param axis what the ratios are of, and which side is the better one
public record RatioPlot(String title, String axis, List<Row> rows) implements Plot {

    private static final double ROW_GAP = 10;

    private static final double ROW_HEIGHT = 18;

    private static final double RIGHT = 60;

    private static final double MIN_LEFT = 90;

    private static final double BELOW = 46;

    private static final double SPAN_HEIGHT = 8;

    /// The axis reaches at least so far to both sides of 1.
    private static final double LEAST_SPAN = 2;

    /// One comparison. Immutable.
    ///
    /// @param limit the bar; NaN: there is none
    public record Row(String label, double limit, List<Ratio> ratios) {

        /// Copies.
        public Row {
            ratios = List.copyOf(ratios);
        }
    }

    /// A median with its quartiles. Immutable.
    ///
    /// @param series whose it is; the same name has the same colour in all rows
    public record Ratio(String series, double lower, double median, double upper) {}

    /// Copies.
    public RatioPlot {
        rows = List.copyOf(rows);
    }

    @Override
    public String svg() {
        List<String> names = rows.stream()
                .flatMap(row -> row.ratios().stream())
                .map(Ratio::series)
                .distinct()
                .toList();
        double height = rows.stream().mapToDouble(RatioPlot::height).sum() + ROW_GAP;
        Drawing drawing = new Drawing(title, names, Drawing.Sample.MARK, height + BELOW);
        double left = left();
        double right = Drawing.WIDTH - RIGHT;
        double upper = drawing.top();
        double lower = upper + height;
        Scale scale = scale(left, right);
        drawing.bottomAxis(Axis.logarithmic(axis), scale, left, right, upper, lower);
        drawing.line(scale.at(1), upper, scale.at(1), lower, "reference");
        double y = upper + ROW_GAP;
        for (Row row : rows) {
            draw(drawing, row, names, scale, left, y);
            y += height(row);
        }
        return drawing.svg();
    }

    private static double height(Row row) {
        return Math.max(1, row.ratios().size()) * ROW_HEIGHT + ROW_GAP;
    }

    private double left() {
        int longest = rows.stream().mapToInt(row -> row.label().length()).max().orElse(0);
        return Math.clamp(longest * Drawing.CHARACTER_WIDTH + 16, MIN_LEFT, Drawing.WIDTH / 2);
    }

    private Scale scale(double left, double right) {
        List<Double> values = new ArrayList<>(List.of(LEAST_SPAN, 1 / LEAST_SPAN));
        for (Row row : rows) {
            values.add(row.limit());
            row.ratios().forEach(ratio -> values.addAll(List.of(ratio.lower(), ratio.median(), ratio.upper())));
        }
        double[] shown = values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(value -> value > 0 && Double.isFinite(value))
                .toArray();
        return Scale.of(
                Axis.Kind.LOGARITHMIC, DoubleStream.of(shown).min().orElse(1), DoubleStream.of(shown).max().orElse(1),
                left, right);
    }

    private static void draw(Drawing drawing, Row row, List<String> names, Scale scale, double left, double top) {
        double height = row.ratios().size() * ROW_HEIGHT;
        drawing.text(row.label(), left - 12, top + height / 2 + 4, "end", "");
        double y = top + ROW_HEIGHT / 2;
        for (Ratio ratio : row.ratios()) {
            int series = names.indexOf(ratio.series());
            drawing.beginSeries(series);
            draw(drawing, ratio, series, scale, y);
            drawing.endSeries();
            y += ROW_HEIGHT;
        }
        if (scale.shows(row.limit())) {
            drawing.line(scale.at(row.limit()), top - 2, scale.at(row.limit()), top + height + 2, "limit");
            drawing.text("≤ " + Tip.of(row.limit()), Drawing.WIDTH, top + height / 2 + 4, "end", "soft");
        }
    }

    private static void draw(Drawing drawing, Ratio ratio, int series, Scale scale, double y) {
        if (!scale.shows(ratio.lower()) || !scale.shows(ratio.median()) || !scale.shows(ratio.upper())) {
            return;
        }
        String tip = ratio.series() + ": " + Tip.of(ratio.median()) + ", quartiles " + Tip.of(ratio.lower()) + " to "
                + Tip.of(ratio.upper());
        double from = scale.at(ratio.lower());
        double to = scale.at(ratio.upper());
        drawing.rectangle(from, y - SPAN_HEIGHT / 2, Math.max(1, to - from), SPAN_HEIGHT, "span", tip);
        drawing.mark(series, scale.at(ratio.median()), y, tip);
    }
}
