package io.sluice.bench.compare;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A comparison as plain text. Immutable.
final class Report {

    private static final int NAME_WIDTH = 16;

    private static final String GAP = "  ";

    private Report() {}

    /// The head: machine, versions, command.
    static String head(Surroundings surroundings) {
        StringBuilder text = new StringBuilder();
        surroundings.facts().forEach(
                (name, value) -> text.append(pad(name, -NAME_WIDTH - 4)).append(value).append('\n'));
        return text.toString();
    }

    /// One scenario: a row of medians for each contender, then the bars.
    static String scenario(ScenarioResult result) {
        Scenario scenario = result.scenario();
        StringBuilder text = new StringBuilder();
        text.append(scenario.name()).append(": ").append(scenario.procedure().description());
        text.append(scenario.unprivileged() ? ", user nobody\n" : "\n");
        List<Figure> columns = columns(result);
        text.append(GAP).append(pad("", NAME_WIDTH));
        columns.forEach(column -> text.append(GAP).append(column.column()));
        text.append('\n');
        for (Contender contender : result.measurements().sequencedKeySet()) {
            text.append(GAP).append(pad(contender.name(), -NAME_WIDTH));
            for (Figure column : columns) {
                String value = result.spread(contender, column)
                        .map(spread -> number(spread.median(), column.decimals()))
                        .orElse("-");
                text.append(GAP).append(pad(value, column.column().length()));
            }
            text.append('\n');
        }
        result.failures().forEach((contender, why) ->
                text.append(GAP).append(contender.name()).append(" FAILED: ").append(why).append('\n'));
        result.bars().forEach(bar -> text.append(GAP).append(bar(bar)).append('\n'));
        return text.toString();
    }

    private static List<Figure> columns(ScenarioResult result) {
        Set<Figure> columns = EnumSet.noneOf(Figure.class);
        result.measurements().values().forEach(rounds ->
                rounds.forEach(measurement -> columns.addAll(measurement.figures().keySet())));
        return new ArrayList<>(columns);
    }

    /// `sluice epoll: CPU per GB is 0.66 of haproxy's (quartiles 0.64 to 0.69); bar 0.70: met`.
    static String bar(BarResult result) {
        Bar bar = result.bar();
        boolean ratio = switch (bar.basis()) {
            case BETTER_PEER, NGINX, HAPROXY -> true;
            case ABOVE_BETTER_PEER, ITSELF -> false;
        };
        int decimals = ratio ? 2 : bar.figure().decimals();
        String against = ratio ? " of " + result.against() + "'s" : " above " + result.against() + "'s";
        Spread value = result.value();
        return "%s: %s is %s%s (quartiles %s to %s); bar %s: %s".formatted(
                result.contender(),
                bar.figure().title(),
                number(value.median(), decimals),
                result.against().isEmpty() ? "" : against,
                number(value.lower(), decimals),
                number(value.upper(), decimals),
                number(bar.limit(), decimals),
                result.met() ? "met" : "NOT MET");
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /// To the right, or with a negative width to the left.
    private static String pad(String text, int width) {
        return width == 0 ? text : String.format("%" + width + "s", text);
    }
}
