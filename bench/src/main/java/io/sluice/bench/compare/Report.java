package io.sluice.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// A comparison as plain text. Immutable.
final class Report {

    private static final int NAME_WIDTH = 20;

    private static final String GAP = "  ";

    private static final String ABSENT = "-";

    private Report() {}

    /// The head: machine, versions, command.
    static String head(Surroundings surroundings) {
        StringBuilder text = new StringBuilder();
        surroundings.facts().forEach((name, value) ->
                text.append(String.format("%-" + NAME_WIDTH + "s", name)).append(value).append('\n'));
        return text.toString();
    }

    /// What was found out about the proxies; empty when nothing was.
    static String alike(List<Finding> findings) {
        if (findings.isEmpty()) {
            return "";
        }
        TextTable table = new TextTable(3, List.of("proxy", "alike", "what was seen"));
        findings.forEach(finding -> table.row(List.of(finding.contender(), finding.verdict().label(), finding.sentence())));
        return "Alike:\n" + table;
    }

    /// One scenario: for each contender a row of medians and one of interquartile ranges, for Sluice the same of ratios to the
    /// better peer; then the bars.
    static String scenario(ScenarioResult result) {
        Scenario scenario = result.scenario();
        StringBuilder text = new StringBuilder();
        text.append(scenario.name()).append(": ").append(scenario.procedure().description());
        text.append(scenario.unprivileged() ? ", user nobody\n" : "\n");
        if (!result.measurements().isEmpty()) {
            text.append(table(result));
        }
        result.failures().forEach((contender, why) ->
                text.append(GAP).append(contender.name()).append(" FAILED: ").append(why).append('\n'));
        result.bars().forEach(bar -> text.append(GAP).append(bar(bar)).append('\n'));
        return text.toString();
    }

    private static TextTable table(ScenarioResult result) {
        Set<Figure> columns = result.figures();
        List<String> head = new ArrayList<>(List.of(""));
        columns.forEach(column -> head.add(column.column()));
        TextTable table = new TextTable(1, head);
        for (Contender contender : result.measurements().sequencedKeySet()) {
            table.row(row(contender.name(), columns, figure -> result.spread(contender, figure)
                    .map(spread -> figure.text(spread.median()))
                    .orElse(ABSENT)));
            table.row(row("  IQR", columns, figure -> result.spread(contender, figure)
                    .map(spread -> figure.text(spread.upper() - spread.lower()))
                    .orElse(ABSENT)));
            if (columns.stream().anyMatch(figure -> result.ratio(contender, figure).isPresent())) {
                table.row(row("  / better peer", columns, figure -> result.ratio(contender, figure)
                        .map(ratio -> Decimals.ratio(ratio.value().median()))
                        .orElse(ABSENT)));
                table.row(row("    IQR", columns, figure -> result.ratio(contender, figure)
                        .map(ratio -> Decimals.ratio(ratio.value().upper() - ratio.value().lower()))
                        .orElse(ABSENT)));
            }
        }
        return table;
    }

    private static List<String> row(String name, Set<Figure> columns, Function<Figure, String> cell) {
        List<String> row = new ArrayList<>(List.of(name));
        columns.forEach(column -> row.add(cell.apply(column)));
        return row;
    }

    /// `sluice epoll: CPU per GB is 0.66 of haproxy's (quartiles 0.64 to 0.69); bar 0.70: met`.
    static String bar(BarResult result) {
        Bar bar = result.bar();
        Function<Double, String> text = bar.isRatio() ? Decimals::ratio : bar.figure()::text;
        String against = bar.isRatio() ? " of " + result.against() + "'s" : " above " + result.against() + "'s";
        Spread value = result.value();
        return "%s: %s is %s%s (quartiles %s to %s); bar %s: %s".formatted(
                result.contender(),
                bar.figure().title(),
                text.apply(value.median()),
                result.against().isEmpty() ? "" : against,
                text.apply(value.lower()),
                text.apply(value.upper()),
                text.apply(bar.limit()),
                result.met() ? "met" : "NOT MET");
    }
}
