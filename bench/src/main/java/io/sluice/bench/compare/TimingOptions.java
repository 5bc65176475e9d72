package io.sluice.bench.compare;

import java.time.Duration;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options that say how long it takes. Confined to the thread that runs the command line.
@SuppressWarnings("NullAway.Init") // picocli sets the specification
final class TimingOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "How often each is measured.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "3",
            description = "How long a measurement takes.")
    private double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seconds of load before a measurement.")
    private double warmUp;

    @Option(
            names = "--first-warm-up",
            paramLabel = "S",
            defaultValue = "12",
            description = "The same for a JVM that has just been started and compiles.")
    private double firstWarmUp;

    TimingOptions() {}

    Timing timing() {
        if (rounds < 1) {
            throw new ParameterException(command.commandLine(), "--rounds makes no sense");
        }
        return new Timing(rounds, duration(seconds), duration(warmUp), duration(firstWarmUp));
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1e3));
    }
}
