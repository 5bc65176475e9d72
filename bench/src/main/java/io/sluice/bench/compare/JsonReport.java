package io.sluice.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A comparison with every round's figures, as maps and lists that JSON is written from. Immutable.
final class JsonReport {

    private JsonReport() {}

    static Map<String, Object> of(Surroundings surroundings, List<Finding> findings, Map<String, String> configurations,
            List<ScenarioResult> results) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("surroundings", surroundings.facts());
        report.put("alike", findings.stream().map(JsonReport::finding).toList());
        report.put("configurations", configurations);
        report.put("scenarios", results.stream().map(JsonReport::scenario).toList());
        return report;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("contender", finding.contender());
        object.put("verdict", finding.verdict().label());
        object.put("sentence", finding.sentence());
        return object;
    }

    /// All of a scenario.
    static Map<String, Object> scenario(ScenarioResult result) {
        Map<String, Object> scenario = new LinkedHashMap<>();
        scenario.put("name", result.scenario().name());
        scenario.put("description", result.scenario().procedure().description());
        Map<String, Object> rounds = new LinkedHashMap<>();
        Map<String, Object> summaries = new LinkedHashMap<>();
        result.measurements().forEach((contender, measurements) -> {
            rounds.put(contender.name(), measurements.stream().map(JsonReport::figures).toList());
            summaries.put(contender.name(), summary(result, contender));
        });
        scenario.put("rounds", rounds);
        scenario.put("summary", summaries);
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

    private static Map<String, Object> summary(ScenarioResult result, Contender contender) {
        Map<String, Object> summary = new LinkedHashMap<>();
        for (Figure figure : result.figures()) {
            result.spread(contender, figure).ifPresent(spread -> {
                Map<String, Object> object = spread(spread);
                result.ratio(contender, figure).ifPresent(ratio -> {
                    Map<String, Object> ofRatio = spread(ratio.value());
                    ofRatio.put("against", ratio.against());
                    object.put("ratio", ofRatio);
                });
                summary.put(figure.key(), object);
            });
        }
        return summary;
    }

    private static Map<String, Object> spread(Spread spread) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("median", spread.median());
        object.put("lower_quartile", spread.lower());
        object.put("upper_quartile", spread.upper());
        return object;
    }

    private static Map<String, Object> bar(BarResult result) {
        Map<String, Object> bar = new LinkedHashMap<>();
        bar.put("contender", result.contender());
        bar.put("figure", result.bar().figure().key());
        bar.put("against", result.against());
        bar.putAll(spread(result.value()));
        bar.put("limit", result.bar().limit());
        bar.put("met", result.met());
        return bar;
    }
}
