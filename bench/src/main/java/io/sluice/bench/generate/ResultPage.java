package io.sluice.bench.generate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

import org.HdrHistogram.Histogram;

import io.sluice.bench.report.Axis;
import io.sluice.bench.report.HtmlPage;
import io.sluice.bench.report.LinePlot;
import io.sluice.bench.report.Point;
import io.sluice.bench.report.Series;
import io.sluice.bench.report.Table;

/// A run as one page of HTML: what was asked for, what came of it, latencies over percentiles, rate and latencies over time,
/// and the environment. Immutable.
final class ResultPage {

    private static final double NANOS_PER_MICRO = 1e3;

    private static final double BYTES_PER_GB = 1e9;

    private final LoadResult result;

    private final LoadPlan plan;

    private ResultPage(LoadResult result) {
        this.result = result;
        this.plan = result.plan();
    }

    static void write(Path file, LoadResult result) throws IOException {
        new ResultPage(result).page().write(file);
    }

    private HtmlPage page() {
        HtmlPage page = new HtmlPage("Load: " + plan.scenario());
        page.paragraph(plan.description() + "; " + plan.mode() + ", to " + plan.targetText() + ".");
        result.failures().forEach((what, count) -> page.warning(Numbers.count(count) + " times: " + what));
        page.table(counts());
        boolean timed = !plan.scenario().isBulk() && !plan.scenario().isIdle() && result.total().units() > 0;
        if (timed) {
            page.heading("Latency");
            if (plan.isOpen()) {
                page.paragraph("Corrected latencies count from when an exchange should have begun, raw ones from when it did.");
            }
            page.table(latencies());
            page.plot(new LinePlot(
                    "Latency by percentile", Axis.percentile("percentile"), Axis.logarithmic("latency, us"), percentiles()));
        }
        if (!plan.scenario().isIdle()) {
            page.heading("Over time");
            page.plot(new LinePlot("Rate over time", Axis.linear("seconds"), Axis.linear(rateUnit()), List.of(rate())));
        }
        if (timed) {
            page.plot(new LinePlot(
                    "Latency over time", Axis.linear("seconds"), Axis.logarithmic("latency, us"),
                    List.of(overTime("p50", 50), overTime("p99", 99), overTime("max", 100))));
        }
        page.heading("Environment");
        page.facts(result.environment());
        return page;
    }

    private Table counts() {
        Interval total = result.total();
        List<String> names = new ArrayList<>(List.of("seconds"));
        List<String> values = new ArrayList<>(List.of(Numbers.count(total.seconds())));
        if (plan.scenario().isIdle()) {
            add(names, values, "held", Numbers.count(plan.connections()));
        } else if (!plan.scenario().isBulk()) {
            add(names, values, "exchanges", Numbers.count(total.units()));
            add(names, values, "a second", Numbers.count(total.unitsPerSecond()));
            add(names, values, "waiting at the end", Numbers.count(total.waiting()));
        }
        if (total.bytes() > 0) {
            add(names, values, "bytes", Numbers.bytesPerSecond(total.bytesPerSecond()));
        }
        if (plan.scenario().isUdp()) {
            add(names, values, "datagrams", Numbers.count(total.sentDatagrams()));
            add(names, values, "lost", Numbers.count(total.lost()));
        }
        add(names, values, "errors", Numbers.count(result.failures().values().stream().mapToLong(Long::longValue).sum()));
        return new Table(names, List.of(values));
    }

    private static void add(List<String> names, List<String> values, String name, String value) {
        names.add(name);
        values.add(value);
    }

    private Table latencies() {
        List<String> columns = new ArrayList<>(List.of("us"));
        columns.addAll(Percentile.NAMES);
        columns.add("mean");
        List<List<String>> rows = new ArrayList<>();
        if (plan.isOpen()) {
            rows.add(row("corrected", result.total().latencies()));
            rows.add(row("raw", result.total().rawLatencies()));
        } else {
            rows.add(row("latency", result.total().latencies()));
        }
        return new Table(columns, rows);
    }

    private static List<String> row(String name, Histogram histogram) {
        List<String> row = new ArrayList<>(List.of(name));
        Percentile.VALUES.forEach(percentile -> row.add(Numbers.micros(histogram.getValueAtPercentile(percentile))));
        row.add(Numbers.micros(histogram.getMean()));
        return row;
    }

    private List<Series> percentiles() {
        Interval total = result.total();
        return plan.isOpen()
                ? List.of(
                        Series.percentiles("corrected", total.latencies(), NANOS_PER_MICRO),
                        Series.percentiles("raw", total.rawLatencies(), NANOS_PER_MICRO))
                : List.of(Series.percentiles("latency", total.latencies(), NANOS_PER_MICRO));
    }

    private String rateUnit() {
        return plan.scenario().isBulk() ? "GB a second" : "exchanges a second";
    }

    private Series rate() {
        return plan.scenario().isBulk()
                ? series("rate", interval -> interval.bytesPerSecond() / BYTES_PER_GB)
                : series("rate", Interval::unitsPerSecond);
    }

    private Series overTime(String name, double percentile) {
        return series(name, interval -> interval.latencies().getValueAtPercentile(percentile) / NANOS_PER_MICRO);
    }

    private Series series(String name, ToDoubleFunction<Interval> value) {
        return new Series(
                name,
                result.intervals().stream()
                        .map(interval -> new Point(interval.endSeconds(), value.applyAsDouble(interval)))
                        .toList());
    }
}
