package io.sluice.bench.generate;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

import io.sluice.bench.Bench;

/// `scripts/bench` run to its end. Immutable.
record CommandRun(int exitCode, String out, String err) {

    static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Bench.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    /// A load, short unless it is told otherwise.
    static CommandRun load(String target, LoadScenario scenario, String... options) {
        List<String> arguments = new ArrayList<>(List.of("load", scenario.toString(), "--target", target));
        arguments.addAll(List.of(options));
        addMissing(arguments, "--duration", "0.3");
        addMissing(arguments, "--warm-up", "0.1");
        return of(arguments.toArray(String[]::new));
    }

    private static void addMissing(List<String> arguments, String name, String value) {
        if (!arguments.contains(name)) {
            arguments.addAll(List.of(name, value));
        }
    }
}
