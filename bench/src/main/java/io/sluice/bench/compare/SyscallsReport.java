package io.sluice.bench.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.sluice.bench.report.HtmlPage;
import io.sluice.bench.report.StackedBarPlot;
import io.sluice.bench.report.Table;

/// System calls per unit, as text, as a page and for JSON. Immutable.
final class SyscallsReport {

    private static final int DECIMALS = 3;

    private static final String ABSENT = "-";

    /// Calls that have a colour of their own in a plot; the others go together.
    private static final int SHOWN = 6;

    private SyscallsReport() {}

    static String text(List<SystemCalls> counted) {
        StringBuilder text = new StringBuilder();
        byScenario(counted).forEach((scenario, ofScenario) -> {
            text.append(title(scenario, ofScenario)).append('\n');
            TextTable table = new TextTable(1, head(ofScenario));
            rows(ofScenario).forEach(table::row);
            text.append(table).append('\n');
        });
        return text.toString();
    }

    private static Map<Scenario, List<SystemCalls>> byScenario(List<SystemCalls> counted) {
        Map<Scenario, List<SystemCalls>> byScenario = new LinkedHashMap<>();
        counted.forEach(calls -> byScenario.computeIfAbsent(calls.scenario(), _ -> new ArrayList<>()).add(calls));
        return byScenario;
    }

    private static String title(Scenario scenario, List<SystemCalls> counted) {
        return "%s: %s; calls per %s".formatted(
                scenario.name(), scenario.procedure().description(), counted.getFirst().unit().title());
    }

    private static List<String> head(List<SystemCalls> counted) {
        List<String> head = new ArrayList<>(List.of("call"));
        counted.forEach(calls -> head.add(calls.contender().name()));
        return head;
    }

    /// The names, those that any of them makes most of first.
    private static List<String> names(List<SystemCalls> counted) {
        Set<String> names = new LinkedHashSet<>();
        counted.forEach(calls -> names.addAll(calls.calls().keySet()));
        return names.stream()
                .sorted(Comparator.comparingDouble((String name) -> most(counted, name)).reversed())
                .toList();
    }

    private static double most(List<SystemCalls> counted, String name) {
        return counted.stream()
                .mapToDouble(calls -> calls.perUnit().getOrDefault(name, 0.0))
                .max()
                .orElse(0);
    }

    private static List<List<String>> rows(List<SystemCalls> counted) {
        List<List<String>> rows = new ArrayList<>();
        for (String name : names(counted)) {
            List<String> row = new ArrayList<>(List.of(name));
            for (SystemCalls calls : counted) {
                Double perUnit = calls.perUnit().get(name);
                row.add(perUnit == null ? ABSENT : Decimals.text(perUnit, DECIMALS));
            }
            rows.add(row);
        }
        List<String> all = new ArrayList<>(List.of("all"));
        counted.forEach(calls -> all.add(Decimals.text(calls.allPerUnit(), DECIMALS)));
        rows.add(all);
        return rows;
    }

    static HtmlPage page(Surroundings surroundings, Map<String, String> configurations, List<SystemCalls> counted) {
        HtmlPage page = new HtmlPage("System calls");
        page.facts(surroundings.facts());
        page.paragraph("Calls of the threads that serve, counted by strace while a fixed amount of work is done, divided by the work. "
                + "A traced proxy is slow, so that more events wait for it at a time than otherwise: waiting is cheaper here than in use.");
        byScenario(counted).forEach((scenario, ofScenario) -> {
            page.heading(scenario.name());
            page.paragraph(title(scenario, ofScenario) + ".");
            page.plot(plot(ofScenario));
            page.table(new Table(head(ofScenario), rows(ofScenario)));
        });
        HtmlReport.configurations(page, configurations);
        return page;
    }

    private static StackedBarPlot plot(List<SystemCalls> counted) {
        List<String> names = names(counted);
        List<String> parts = new ArrayList<>(names.subList(0, Math.min(SHOWN, names.size())));
        boolean more = names.size() > SHOWN;
        List<StackedBarPlot.Row> rows = new ArrayList<>();
        for (SystemCalls calls : counted) {
            List<Double> values = new ArrayList<>();
            parts.forEach(name -> values.add(calls.perUnit().getOrDefault(name, 0.0)));
            if (more) {
                values.add(calls.allPerUnit() - values.stream().mapToDouble(Double::doubleValue).sum());
            }
            rows.add(new StackedBarPlot.Row(calls.contender().name(), values, calls.allPerUnit(), calls.allPerUnit()));
        }
        if (more) {
            parts.add("others");
        }
        String unit = counted.getFirst().unit().title();
        return new StackedBarPlot("System calls per " + unit, "calls per " + unit, parts, rows);
    }

    static Map<String, Object> json(
            Surroundings surroundings, Map<String, String> configurations, List<SystemCalls> counted) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("surroundings", surroundings.facts());
        report.put("configurations", configurations);
        report.put("calls", counted.stream().map(calls -> {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("scenario", calls.scenario().name());
            object.put("contender", calls.contender().name());
            object.put("unit", calls.unit().title());
            object.put("units", calls.units());
            object.put("per_unit", calls.perUnit());
            object.put("all_per_unit", calls.allPerUnit());
            return object;
        }).toList());
        return report;
    }
}
