package io.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import org.openjdk.jmh.Main;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/// `scripts/bench jmh`: hands over to JMH, with the allocation rate of every benchmark recorded. Confined to the thread
/// that runs the command line.
@Command(
        name = "jmh",
        description = "Runs JMH benchmarks; further options are JMH's own (-l lists, -h explains).",
        mixinStandardHelpOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets what has a default
final class JmhCommand implements Callable<Integer> {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PATTERN",
            defaultValue = ".*",
            description = "A regular expression for the benchmarks' names.")
    private String pattern;

    @Unmatched
    private List<String> jmhOptions = new ArrayList<>();

    JmhCommand() {}

    @Override
    public Integer call() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(pattern, "-prof", "gc"));
        arguments.addAll(jmhOptions);
        Main.main(arguments.toArray(String[]::new));
        return 0;
    }
}
