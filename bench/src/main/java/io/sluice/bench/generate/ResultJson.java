package io.sluice.bench.generate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.jr.ob.JSON;
import org.HdrHistogram.Histogram;

/// A run as JSON. Latencies are in microseconds. Immutable.
final class ResultJson {

    private static final double NANOS_PER_MICRO = 1e3;

    private ResultJson() {}

    static void write(Path file, LoadResult result) throws IOException {
        Files.writeString(file, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(of(result)) + "\n");
    }

    private static Map<String, Object> of(LoadResult result) {
        LoadPlan plan = result.plan();
        Interval total = result.total();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("scenario", plan.scenario().toString());
        json.put("description", plan.description());
        json.put("target", plan.targetText());
        json.put("mode", plan.isOpen() ? "open" : "closed");
        json.put("rate", plan.perSecond());
        json.put("connections", plan.connections());
        json.put("threads", plan.threads());
        json.put("transport", plan.transport().label());
        json.put("passed", result.passed());
        json.put("failures", result.failures());
        json.putAll(counts(total));
        json.put("waiting", total.waiting());
        json.put("datagrams_sent", total.sentDatagrams());
        json.put("datagrams_lost", total.lost());
        json.put("latency", latency(plan.isOpen(), total));
        json.put("intervals", result.intervals().stream().map(interval -> interval(plan, interval)).toList());
        json.put("environment", result.environment());
        return json;
    }

    private static Map<String, Object> counts(Interval of) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("seconds", of.seconds());
        json.put("exchanges", of.units());
        json.put("exchanges_per_second", of.unitsPerSecond());
        json.put("bytes", of.bytes());
        json.put("bytes_per_second", of.bytesPerSecond());
        return json;
    }

    private static Map<String, Object> interval(LoadPlan plan, Interval interval) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("end", interval.endSeconds());
        json.putAll(counts(interval));
        json.put("latency", latency(plan.isOpen(), interval));
        return json;
    }

    /// In a closed loop there is nothing to correct: what was not sent was not to be sent.
    private static Map<String, Object> latency(boolean open, Interval of) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("corrected", percentiles(of.latencies()));
        json.put("raw", percentiles(open ? of.rawLatencies() : of.latencies()));
        return json;
    }

    private static Map<String, Object> percentiles(Histogram histogram) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("count", histogram.getTotalCount());
        for (int i = 0; i < Percentile.VALUES.size(); i++) {
            json.put(Percentile.NAMES.get(i), histogram.getValueAtPercentile(Percentile.VALUES.get(i)) / NANOS_PER_MICRO);
        }
        json.put("mean", histogram.getTotalCount() == 0 ? 0.0 : histogram.getMean() / NANOS_PER_MICRO);
        return json;
    }
}
