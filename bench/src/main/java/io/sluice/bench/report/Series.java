package io.sluice.bench.report;

import java.util.ArrayList;
import java.util.List;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/// A line of a [LinePlot]. Immutable.
///
/// @param name for the legend
/// @param points from left to right
public record Series(String name, List<Point> points) {

    /// Of the distance to 100 %, halved again and again: smooth to the eye.
    private static final int TICKS_PER_HALF_DISTANCE = 8;

    /// Copies.
    public Series {
        points = List.copyOf(points);
    }

    /// The distribution of a histogram, up to the largest value: percentiles from left to right.
    ///
    /// @param unit of the plot, in units of the histogram; 1,000 shows nanoseconds as microseconds
    public static Series percentiles(String name, Histogram histogram, double unit) {
        List<Point> points = new ArrayList<>();
        if (histogram.getTotalCount() > 0) {
            // The largest of n values is at 1 - 1/n; a hundred percent would be infinitely far.
            double last = 100.0 - 100.0 / histogram.getTotalCount();
            for (HistogramIterationValue value : histogram.percentiles(TICKS_PER_HALF_DISTANCE)) {
                double level = Math.min(value.getPercentileLevelIteratedTo(), last);
                points.add(new Point(level, value.getValueIteratedTo() / unit));
                if (level == last) {
                    break;
                }
            }
            points.add(new Point(last, histogram.getMaxValue() / unit));
        }
        return new Series(name, points);
    }
}
