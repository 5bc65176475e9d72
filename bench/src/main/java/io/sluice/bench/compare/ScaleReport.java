package io.sluice.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

import io.sluice.bench.report.Axis;
import io.sluice.bench.report.HtmlPage;
import io.sluice.bench.report.LinePlot;
import io.sluice.bench.report.Point;
import io.sluice.bench.report.Series;
import io.sluice.bench.report.Table;

/// How cost grows, as text, as a page and for JSON. Immutable.
final class ScaleReport {

    private static final String ABSENT = "-";

    private ScaleReport() {}

    /// Steps of one load and one number of workers.
    static String text(List<ScaleStep> steps) {
        StringBuilder text = new StringBuilder(title(steps.getFirst())).append(":\n");
        TextTable table = new TextTable(2, head(steps));
        rows(steps).forEach(table::row);
        text.append(table);
        failures(steps).forEach(failure -> text.append("  ").append(failure).append('\n'));
        return text.toString();
    }

    private static String title(ScaleStep step) {
        return step.load().label() + ", " + step.workers() + (step.workers() == 1 ? " worker" : " workers");
    }

    private static List<Figure> figures(List<ScaleStep> steps) {
        return steps.stream()
                .flatMap(step -> step.result().figures().stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> head(List<ScaleStep> steps) {
        List<String> head = new ArrayList<>(List.of("connections", "proxy"));
        for (Figure figure : figures(steps)) {
            head.add(figure.column());
            if (figure == steps.getFirst().load().unit().cpu()) {
                head.add("IQR");
            }
        }
        return head;
    }

    private static List<List<String>> rows(List<ScaleStep> steps) {
        List<List<String>> rows = new ArrayList<>();
        for (ScaleStep step : steps) {
            ScenarioResult result = step.result();
            for (Contender contender : result.measurements().sequencedKeySet()) {
                List<String> row = new ArrayList<>(List.of(Integer.toString(step.connections()), contender.name()));
                for (Figure figure : figures(steps)) {
                    row.add(result.spread(contender, figure).map(spread -> figure.text(spread.median())).orElse(ABSENT));
                    if (figure == step.load().unit().cpu()) {
                        row.add(result.spread(contender, figure)
                                .map(spread -> figure.text(spread.upper() - spread.lower()))
                                .orElse(ABSENT));
                    }
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static List<String> failures(List<ScaleStep> steps) {
        List<String> failures = new ArrayList<>();
        for (ScaleStep step : steps) {
            step.result().failures().forEach((contender, why) ->
                    failures.add(contender.name() + " FAILED with " + step.connections() + ": " + why));
        }
        return failures;
    }

    static HtmlPage page(Surroundings surroundings, Map<String, String> configurations, List<ScaleStep> steps) {
        HtmlPage page = new HtmlPage("How cost grows");
        page.facts(surroundings.facts());
        page.paragraph("Medians with quartiles over the rounds. Where the load's share of its processors is near 100 % the load is the limit: "
                + "throughput says nothing about the proxy then, and its CPU per unit is an upper bound.");
        for (GrowingLoad load : inOrder(steps, ScaleStep::load)) {
            List<ScaleStep> ofLoad = steps.stream().filter(step -> step.load() == load).toList();
            for (int workers : inOrder(ofLoad, ScaleStep::workers)) {
                overConnections(page, ofLoad.stream().filter(step -> step.workers() == workers).toList());
            }
            if (inOrder(ofLoad, ScaleStep::workers).size() > 1) {
                int most = ofLoad.stream().mapToInt(ScaleStep::connections).max().orElseThrow();
                page.heading(load.label() + ", " + most + " connections, by workers");
                plots(page, ofLoad.stream().filter(step -> step.connections() == most).toList(),
                        Axis.linear("workers"), ScaleStep::workers);
            }
        }
        HtmlReport.configurations(page, configurations);
        return page;
    }

    private static <T> SequencedSet<T> inOrder(List<ScaleStep> steps, Function<ScaleStep, T> part) {
        return steps.stream().map(part).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static void overConnections(HtmlPage page, List<ScaleStep> steps) {
        page.heading(title(steps.getFirst()));
        failures(steps).forEach(page::warning);
        plots(page, steps, Axis.logarithmic("connections"), ScaleStep::connections);
        page.table(new Table(2, head(steps), rows(steps)));
    }

    private static void plots(HtmlPage page, List<ScaleStep> steps, Axis across, ToIntFunction<ScaleStep> x) {
        Unit unit = steps.getFirst().load().unit();
        // One connection costs many times what each of a hundred does: evenly spread, the others would lie on one line.
        page.plot(new LinePlot("CPU per " + unit.title(), across, Axis.logarithmic(unit.axis()), series(steps, unit.cpu(), x)));
        page.plot(new LinePlot("Throughput", across, Axis.linear(unit.rate().title() + " (" + unit.rate().column() + ")"), series(steps, unit.rate(), x)));
    }

    private static List<Series> series(List<ScaleStep> steps, Figure figure, ToIntFunction<ScaleStep> x) {
        SequencedMap<String, List<Point>> points = new LinkedHashMap<>();
        for (ScaleStep step : steps) {
            for (Contender contender : step.result().measurements().sequencedKeySet()) {
                step.result().spread(contender, figure).ifPresent(spread -> points
                        .computeIfAbsent(contender.name(), _ -> new ArrayList<>())
                        .add(new Point(x.applyAsInt(step), spread.median(), spread.lower(), spread.upper())));
            }
        }
        return points.entrySet().stream().map(entry -> new Series(entry.getKey(), entry.getValue())).toList();
    }

    static Map<String, Object> json(
            Surroundings surroundings, Map<String, String> configurations, List<ScaleStep> steps) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("surroundings", surroundings.facts());
        report.put("configurations", configurations);
        report.put("steps", steps.stream().map(step -> {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("load", step.load().label());
            object.put("workers", step.workers());
            object.put("connections", step.connections());
            object.putAll(JsonReport.scenario(step.result()));
            return object;
        }).toList());
        return report;
    }
}
