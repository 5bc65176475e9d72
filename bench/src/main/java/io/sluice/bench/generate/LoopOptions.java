package io.sluice.bench.generate;

import java.io.IOException;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.sluice.transport.Transport;
import io.sluice.transport.TransportReport;

/// The options for event loops. Confined to the thread that runs the command line.
@SuppressWarnings("NullAway.Init") // picocli sets the specification and what has a default
final class LoopOptions {

    private static final int MAX_THREADS = 1_024;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Event loops, which share the connections; default ${DEFAULT-VALUE}.")
    private int threads;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "What they run on: epoll, io_uring or auto; default ${DEFAULT-VALUE}.")
    private String transport;

    /// For picocli.
    LoopOptions() {}

    int threads() {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new ParameterException(spec.commandLine(), "--threads: 1 to " + MAX_THREADS);
        }
        return threads;
    }

    Transport transport() throws IOException {
        try {
            return TransportReport.probe(transport).transport();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--transport: " + e.getMessage(), e);
        }
    }
}
