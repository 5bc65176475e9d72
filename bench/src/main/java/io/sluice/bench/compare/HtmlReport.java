package io.sluice.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sluice.bench.report.Axis;
import io.sluice.bench.report.HtmlPage;
import io.sluice.bench.report.LinePlot;
import io.sluice.bench.report.RatioPlot;
import io.sluice.bench.report.Series;
import io.sluice.bench.report.StackedBarPlot;
import io.sluice.bench.report.Table;

/// A comparison as a page. Immutable.
final class HtmlReport {

    private static final double NANOS_PER_MICRO = 1e3;

    private static final String ABSENT = "–";

    private HtmlReport() {}

    static HtmlPage page(Surroundings surroundings, List<Finding> findings, Map<String, String> configurations,
            List<ScenarioResult> results) {
        HtmlPage page = new HtmlPage("Sluice side by side");
        page.facts(surroundings.facts());
        standing(page, results);
        alike(page, findings);
        results.forEach(result -> scenario(page, result));
        configurations(page, configurations);
        return page;
    }

    private static void standing(HtmlPage page, List<ScenarioResult> results) {
        Map<String, RatioPlot.Row> rows = new LinkedHashMap<>();
        List<List<String>> cells = new ArrayList<>();
        for (ScenarioResult result : results) {
            for (BarResult bar : result.bars()) {
                if (bar.bar().isRatio()) {
                    String label = result.scenario().name() + ", " + bar.bar().figure().title();
                    rows.merge(label, row(label, bar), HtmlReport::together);
                }
                cells.add(cells(result, bar));
            }
        }
        if (cells.isEmpty()) {
            return;
        }
        page.heading("Where Sluice stands");
        page.paragraph("Sluice divided by the better peer in each round, with quartiles over the rounds. Left of 1 Sluice needs less; "
                + "the stroke is the bar that it is held to.");
        if (!rows.isEmpty()) {
            page.plot(new RatioPlot("Sluice to the better peer", "ratio to the better peer (less is better)", List.copyOf(rows.values())));
        }
        page.table(new Table(
                3, List.of("scenario", "Sluice on", "figure", "value", "quartiles", "of", "bar", ""), cells));
    }

    private static RatioPlot.Row row(String label, BarResult bar) {
        Spread value = bar.value();
        return new RatioPlot.Row(label, bar.bar().limit(), List.of(
                new RatioPlot.Ratio(bar.contender(), value.lower(), value.median(), value.upper())));
    }

    private static RatioPlot.Row together(RatioPlot.Row first, RatioPlot.Row second) {
        List<RatioPlot.Ratio> ratios = new ArrayList<>(first.ratios());
        ratios.addAll(second.ratios());
        return new RatioPlot.Row(first.label(), first.limit(), ratios);
    }

    private static List<String> cells(ScenarioResult result, BarResult bar) {
        Spread value = bar.value();
        return List.of(
                result.scenario().name(),
                bar.contender(),
                bar.bar().figure().title(),
                text(bar, value.median()),
                text(bar, value.lower()) + " to " + text(bar, value.upper()),
                bar.against().isEmpty() ? ABSENT : bar.against(),
                text(bar, bar.bar().limit()),
                bar.met() ? "met" : "NOT MET");
    }

    private static String text(BarResult bar, double value) {
        return bar.bar().isRatio() ? Decimals.ratio(value) : bar.bar().figure().text(value);
    }

    /// What was found out about the proxies.
    static void alike(HtmlPage page, List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        page.heading("Alike");
        for (Finding finding : findings) {
            if (finding.verdict() == Verdict.UNLIKE) {
                page.warning("Not configured alike: " + finding.contender() + ": " + finding.sentence());
            }
        }
        page.table(new Table(3, List.of("proxy", "alike", "what was seen"), findings.stream()
                .map(finding -> List.of(finding.contender(), finding.verdict().label(), finding.sentence()))
                .toList()));
    }

    private static void scenario(HtmlPage page, ScenarioResult result) {
        Scenario scenario = result.scenario();
        page.heading(scenario.name());
        page.paragraph(scenario.procedure().description() + (scenario.unprivileged() ? ", user nobody" : "") + ".");
        result.failures().forEach((contender, why) -> page.warning(contender.name() + " failed: " + why));
        if (result.measurements().isEmpty()) {
            return;
        }
        page.table(medians(result));
        ratios(result).ifPresent(table -> page.subheading("Sluice to the better peer").table(table));
        Unit.among(result.figures()).ifPresent(unit -> page.plot(cpu(result, unit)));
        latencies(page, result);
    }

    private static Table medians(ScenarioResult result) {
        List<String> head = new ArrayList<>(List.of("median, quartiles"));
        result.figures().forEach(figure -> head.add(figure.column()));
        List<List<String>> rows = new ArrayList<>();
        for (Contender contender : result.measurements().sequencedKeySet()) {
            List<String> row = new ArrayList<>(List.of(contender.name()));
            for (Figure figure : result.figures()) {
                row.add(result.spread(contender, figure)
                        .map(spread -> "%s\n%s–%s".formatted(
                                figure.text(spread.median()), figure.text(spread.lower()), figure.text(spread.upper())))
                        .orElse(ABSENT));
            }
            rows.add(row);
        }
        return new Table(head, rows);
    }

    private static Optional<Table> ratios(ScenarioResult result) {
        List<List<String>> rows = new ArrayList<>();
        for (Contender contender : result.measurements().sequencedKeySet()) {
            for (Figure figure : result.figures()) {
                result.ratio(contender, figure).ifPresent(ratio -> rows.add(List.of(
                        contender.name(),
                        figure.title(),
                        Decimals.ratio(ratio.value().median()),
                        Decimals.ratio(ratio.value().lower()) + " to " + Decimals.ratio(ratio.value().upper()),
                        ratio.against())));
            }
        }
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(new Table(2, List.of("proxy", "figure", "ratio", "quartiles", "better peer"), rows));
    }

    private static StackedBarPlot cpu(ScenarioResult result, Unit unit) {
        List<StackedBarPlot.Row> rows = new ArrayList<>();
        for (Contender contender : result.measurements().sequencedKeySet()) {
            Optional<Spread> all = result.spread(contender, unit.cpu());
            Optional<Spread> user = result.spread(contender, unit.user());
            if (all.isPresent() && user.isPresent()) {
                // Medians of parts do not add up to that of the whole, so the one is what the other leaves.
                double whole = all.get().median();
                double ofUser = Math.min(user.get().median(), whole);
                rows.add(new StackedBarPlot.Row(
                        contender.name(), List.of(ofUser, whole - ofUser), all.get().lower(), all.get().upper()));
            }
        }
        return new StackedBarPlot("CPU per " + unit.title(), unit.axis(), List.of("user", "system"), rows);
    }

    private static void latencies(HtmlPage page, ScenarioResult result) {
        List<Series> series = new ArrayList<>();
        for (Contender contender : result.measurements().sequencedKeySet()) {
            result.latencies(contender).ifPresent(latencies ->
                    series.add(Series.percentiles(contender.name(), latencies, NANOS_PER_MICRO)));
        }
        if (!series.isEmpty()) {
            page.plot(new LinePlot("Latency, all rounds together", Axis.percentile("percentile"), Axis.logarithmic("latency (µs)"), series));
        }
    }

    /// What each proxy was started with.
    static void configurations(HtmlPage page, Map<String, String> configurations) {
        if (!configurations.isEmpty()) {
            page.heading("Configurations");
            configurations.forEach(page::folded);
        }
    }
}
