package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.jr.ob.JSON;

/// A comparison with every round's figures as JSON. Immutable.
final class JsonReport {

    private JsonReport() {}

    static void write(Path file, Surroundings surroundings, Map<String, String> configurations,
            List<ScenarioResult> results) throws IOException {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("surroundings", surroundings.facts());
        report.put("configurations", configurations);
        report.put("scenarios", results.stream().map(JsonReport::scenario).toList());
        Files.writeString(file, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(report) + "\n");
    }

    private static Map<String, Object> scenario(ScenarioResult result) {
        Map<String, Object> scenario = new LinkedHashMap<>();
        scenario.put("name", result.scenario().name());
        scenario.put("description", result.scenario().procedure().description());
        Map<String, Object> rounds = new LinkedHashMap<>();
        result.measurements().forEach((contender, measurements) ->
                rounds.put(contender.name(), measurements.stream().map(JsonReport::figures).toList()));
        scenario.put("rounds", rounds);
        Map<String, String> failures = new LinkedHashMap<>();
        result.failures().forEach((contender, why) -> failures.put(contender.name(), why));
        scenario.put("failures", failures);
        List<Object> bars = new ArrayList<>();
        result.bars().forEach(bar -> bars.add(bar(bar)));
        scenario.put("bars", bars);
        return scenario;
    }

    private static Map<String, Double> figures(Measurement measurement) {
        Map<String, Double> figures = new LinkedHashMap<>();
        measurement.figures().forEach((figure, value) -> figures.put(figure.key(), value));
        return figures;
    }

    private static Map<String, Object> bar(BarResult result) {
        Map<String, Object> bar = new LinkedHashMap<>();
        bar.put("contender", result.contender());
        bar.put("figure", result.bar().figure().key());
        bar.put("against", result.against());
        bar.put("median", result.value().median());
        bar.put("lower_quartile", result.value().lower());
        bar.put("upper_quartile", result.value().upper());
        bar.put("limit", result.bar().limit());
        bar.put("met", result.met());
        return bar;
    }
}
