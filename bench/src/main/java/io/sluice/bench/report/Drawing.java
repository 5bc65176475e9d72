package io.sluice.bench.report;

import java.util.List;

/// A plot's paper: title, legend, and the shapes that all plots are made of. Confined to the thread that draws.
///
/// Pixels are those of the SVG's own grid, [#WIDTH] wide; the page scales it.
final class Drawing {

    static final double WIDTH = 760;

    /// Of the page's font at 12 pixels, on average; generous.
    static final double CHARACTER_WIDTH = 6.6;

    private static final double TITLE_BASELINE = 18;

    private static final double LEGEND_ROW_HEIGHT = 18;

    private static final double MARK_RADIUS = 4;

    /// Colours that the page has.
    private static final int COLOURS = 8;

    private final Markup svg = new Markup();

    private final double top;

    /// What stands before a name in the legend. Immutable.
    enum Sample {
        LINE(26),
        MARK(10),
        BOX(12);

        private final double width;

        Sample(double width) {
            this.width = width;
        }
    }

    /// Begins with title and legend.
    ///
    /// @param series names for the legend
    /// @param height below the legend
    Drawing(String title, List<String> series, Sample sample, double height) {
        Legend legend = Legend.of(series, sample.width, WIDTH);
        top = TITLE_BASELINE + legend.rows() * LEGEND_ROW_HEIGHT + 22;
        svg.open(
                "svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox", "0 0 " + number(WIDTH) + " " + number(top + height),
                "role", "img", "aria-label", title);
        text(title, 0, TITLE_BASELINE, "start", "title");
        draw(legend, sample);
    }

    /// Where the plot begins, below the legend.
    double top() {
        return top;
    }

    private void draw(Legend legend, Sample sample) {
        for (int i = 0; i < legend.entries().size(); i++) {
            Legend.Entry entry = legend.entries().get(i);
            double end = entry.x() + sample.width;
            double y = TITLE_BASELINE + (entry.row() + 1) * LEGEND_ROW_HEIGHT + 2;
            beginSeries(i);
            if (sample == Sample.LINE) {
                line(entry.x(), y, end, y, "line");
            }
            if (sample == Sample.BOX) {
                rectangle(entry.x(), y - sample.width / 2, sample.width, sample.width, "bar", "");
            } else {
                mark(i, (entry.x() + end) / 2, y, "");
            }
            endSeries();
            text(entry.name(), end + Legend.TEXT_GAP, y + 4, "start", "");
        }
    }

    /// Begins what has the colour of a series.
    void beginSeries(int series) {
        svg.open("g", "class", "series-" + series % COLOURS);
    }

    /// Ends it.
    void endSeries() {
        svg.close().line();
    }

    void line(double x1, double y1, double x2, double y2, String style) {
        svg.empty("line", "x1", number(x1), "y1", number(y1), "x2", number(x2), "y2", number(y2), "class", style);
    }

    void path(String commands, String style) {
        svg.empty("path", "d", commands, "class", style);
    }

    /// @param tip what is shown where the pointer rests
    void rectangle(double x, double y, double width, double height, String style, String tip) {
        svg.open(
                "rect", "x", number(x), "y", number(y), "width", number(width), "height", number(height), "class", style);
        tip(tip);
        svg.close();
    }

    /// A value: a shape of its own for each series, since colours are not for everyone.
    void mark(int series, double x, double y, String tip) {
        svg.open("path", "d", markPath(series, x, y), "class", "mark");
        tip(tip);
        svg.close();
    }

    private void tip(String tip) {
        if (!tip.isEmpty()) {
            svg.element("title", tip);
        }
    }

    private static String markPath(int series, double x, double y) {
        double r = MARK_RADIUS;
        return switch (series % 4) {
            case 0 -> "M%s %sa%s %s 0 1 0 %s 0a%s %s 0 1 0 %s 0z".formatted(
                    number(x - r), number(y), number(r), number(r), number(2 * r), number(r), number(r), number(-2 * r));
            case 1 -> "M%s %sh%sv%sh%sz".formatted(
                    number(x - r), number(y - r), number(2 * r), number(2 * r), number(-2 * r));
            case 2 -> "M%s %sl%s %sh%sz".formatted(
                    number(x), number(y - r - 1), number(r + 1), number(2 * r), number(-2 * r - 2));
            default -> "M%s %sl%s %sl%s %sl%s %sz".formatted(
                    number(x), number(y - r - 1), number(r + 1), number(r + 1), number(-r - 1), number(r + 1),
                    number(-r - 1), number(-r - 1));
        };
    }

    /// @param anchor `start`, `middle` or `end`: which part of the text is at x
    void text(String text, double x, double y, String anchor, String style) {
        svg.element("text", text, "x", number(x), "y", number(y), "text-anchor", anchor, "class", style);
    }

    /// Text that is read from below.
    void upwards(String text, double x, double y, String style) {
        svg.element(
                "text", text, "x", number(x), "y", number(y), "text-anchor", "middle", "class", style, "transform",
                "rotate(-90 " + number(x) + " " + number(y) + ")");
    }

    /// An axis along the bottom, with the lines of its ticks up to the top.
    void bottomAxis(Axis axis, Scale scale, double left, double right, double upper, double lower) {
        for (Tick tick : scale.ticks()) {
            line(tick.at(), upper, tick.at(), lower, tick.label().isEmpty() ? "minor" : "grid");
            if (!tick.label().isEmpty()) {
                text(tick.label(), tick.at(), lower + 16, "middle", "soft");
            }
        }
        line(left, lower, right, lower, "axis");
        text(axis.title(), (left + right) / 2, lower + 36, "middle", "soft");
        svg.line();
    }

    /// An axis along the left, with the lines of its ticks to the right.
    void leftAxis(Axis axis, Scale scale, double left, double right, double upper, double lower) {
        for (Tick tick : scale.ticks()) {
            line(left, tick.at(), right, tick.at(), tick.label().isEmpty() ? "minor" : "grid");
            if (!tick.label().isEmpty()) {
                text(tick.label(), left - 8, tick.at() + 4, "end", "soft");
            }
        }
        line(left, upper, left, lower, "axis");
        upwards(axis.title(), 14, (upper + lower) / 2, "soft");
        svg.line();
    }

    /// The finished element.
    String svg() {
        return svg.close().toString();
    }

    /// A coordinate: a tenth of a pixel is fine enough.
    static String number(double value) {
        double rounded = Math.rint(value * 10) / 10;
        return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
    }
}
