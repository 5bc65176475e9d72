package io.sluice.bench.report;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/// Lines over an axis: latency over percentiles, a rate over time, cost over connections. Immutable.
///
/// Points get marks, and a whisker for their spread, where a line has few of them.
public record LinePlot(String title, Axis x, Axis y, List<Series> series) implements Plot {

    private static final double HEIGHT = 300;

    private static final double LEFT = 72;

    private static final double RIGHT = 16;

    private static final double BELOW = 46;

    /// More than that, and marks would hide the line.
    private static final int MAX_MARKS = 40;

    private static final double WHISKER_HALF_WIDTH = 4;

    /// Copies.
    public LinePlot {
        series = List.copyOf(series);
    }

    @Override
    public String svg() {
        Drawing drawing = new Drawing(title, series.stream().map(Series::name).toList(), Drawing.Sample.LINE, HEIGHT + BELOW);
        double upper = drawing.top();
        double lower = upper + HEIGHT;
        Scale across = scale(x, Point::x, Point::x, LEFT, Drawing.WIDTH - RIGHT);
        Scale up = scale(y, Point::low, Point::high, lower, upper);
        drawing.leftAxis(y, up, LEFT, Drawing.WIDTH - RIGHT, upper, lower);
        drawing.bottomAxis(x, across, LEFT, Drawing.WIDTH - RIGHT, upper, lower);
        for (int i = 0; i < series.size(); i++) {
            drawing.beginSeries(i);
            draw(drawing, i, across, up);
            drawing.endSeries();
        }
        return drawing.svg();
    }

    private Scale scale(
            Axis axis, ToDoubleFunction<Point> lowest, ToDoubleFunction<Point> highest, double from, double to) {
        double low = values(lowest).filter(value -> value > 0).min().orElse(1);
        double high = values(highest).max().orElse(1);
        return Scale.of(axis.kind(), low, high, from, to);
    }

    private DoubleStream values(ToDoubleFunction<Point> coordinate) {
        return series.stream()
                .flatMap(one -> one.points().stream())
                .mapToDouble(coordinate)
                .filter(Double::isFinite);
    }

    private void draw(Drawing drawing, int index, Scale across, Scale up) {
        List<Point> shown = series.get(index).points().stream()
                .filter(point -> across.shows(point.x()) && up.shows(point.y()))
                .toList();
        if (shown.isEmpty()) {
            return;
        }
        StringBuilder path = new StringBuilder();
        for (Point point : shown) {
            path.append(path.isEmpty() ? 'M' : 'L')
                    .append(Drawing.number(across.at(point.x())))
                    .append(' ')
                    .append(Drawing.number(up.at(point.y())));
        }
        drawing.path(path.toString(), "line");
        if (shown.size() <= MAX_MARKS) {
            for (Point point : shown) {
                drawPoint(drawing, index, point, across.at(point.x()), up);
            }
        }
    }

    private void drawPoint(Drawing drawing, int index, Point point, double at, Scale up) {
        if (point.high() > point.low() && up.shows(point.low()) && up.shows(point.high())) {
            double upper = up.at(point.high());
            double lower = up.at(point.low());
            drawing.line(at, upper, at, lower, "whisker");
            drawing.line(at - WHISKER_HALF_WIDTH, upper, at + WHISKER_HALF_WIDTH, upper, "whisker");
            drawing.line(at - WHISKER_HALF_WIDTH, lower, at + WHISKER_HALF_WIDTH, lower, "whisker");
        }
        drawing.mark(index, at, up.at(point.y()), series.get(index).name() + ": " + Tip.of(point.y()) + " at " + Tip.of(point.x()));
    }
}
