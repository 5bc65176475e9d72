package io.sluice.bench.generate;

import java.util.ArrayList;
import java.util.List;

import org.HdrHistogram.Histogram;

/// The table at the end of a run. Immutable.
final class ResultText {

    private static final int NAME_WIDTH = 12;

    private static final int COLUMN_WIDTH = 11;

    private ResultText() {}

    static String of(LoadResult result) {
        LoadPlan plan = result.plan();
        Interval total = result.total();
        StringBuilder text = new StringBuilder();
        fact(text, "scenario", plan.scenario() + ": " + plan.description());
        fact(text, "target", plan.targetText() + ", " + plan.mode() + ", " + result.environment().get("load on"));
        fact(text, "counted", "%s s".formatted(Numbers.count(total.seconds())));
        if (plan.scenario().isIdle()) {
            fact(text, "held", Numbers.count(plan.connections()));
        } else if (!plan.scenario().isBulk()) {
            fact(text, "exchanges", Numbers.count(total.units()) + ", " + Numbers.count(total.unitsPerSecond()) + " a second");
        }
        if (total.bytes() > 0) {
            fact(text, "bytes", Numbers.count(total.bytes()) + ", " + Numbers.bytesPerSecond(total.bytesPerSecond()));
        }
        if (plan.scenario().isUdp()) {
            fact(text, "lost", Numbers.count(total.lost()) + " of " + Numbers.count(total.sentDatagrams()) + " datagrams");
        }
        if (!result.keptRate()) {
            fact(text, "waiting", Numbers.count(total.waiting()) + " at the end: the rate was not kept");
        }
        if (total.latencies().getTotalCount() > 0 && !plan.scenario().isIdle()) {
            latencies(text, plan, total);
        }
        failures(text, result);
        return text.toString();
    }

    private static void fact(StringBuilder text, String name, String value) {
        text.append(pad(name)).append(value).append('\n');
    }

    private static String pad(String name) {
        return name + " ".repeat(Math.max(1, NAME_WIDTH - name.length()));
    }

    private static void latencies(StringBuilder text, LoadPlan plan, Interval total) {
        List<String> head = new ArrayList<>(Percentile.NAMES);
        head.add("mean");
        row(text, "latency, us", head);
        if (plan.isOpen()) {
            row(text, "corrected", values(total.latencies()));
            row(text, "raw", values(total.rawLatencies()));
        } else {
            row(text, "", values(total.latencies()));
        }
    }

    private static List<String> values(Histogram histogram) {
        List<String> values = new ArrayList<>();
        for (double percentile : Percentile.VALUES) {
            values.add(Numbers.micros(histogram.getValueAtPercentile(percentile)));
        }
        values.add(Numbers.micros(histogram.getMean()));
        return values;
    }

    private static void row(StringBuilder text, String name, List<String> cells) {
        text.append(pad(name));
        for (String cell : cells) {
            text.append(" ".repeat(Math.max(1, COLUMN_WIDTH - cell.length()))).append(cell);
        }
        text.append('\n');
    }

    private static void failures(StringBuilder text, LoadResult result) {
        if (result.passed()) {
            String bytes = result.plan().shape().verified() ? ", every byte right" : "";
            fact(text, "errors", "none" + bytes);
        } else {
            result.failures().forEach((what, count) -> fact(text, "error", Numbers.count(count) + " times: " + what));
        }
    }
}
