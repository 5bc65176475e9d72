package io.sluice.bench.compare;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.sluice.transport.Transport;
import io.sluice.transport.TransportReport;

/// The options that say what the load runs on, and which processors belong to whom. Confined to the thread that runs the
/// command line.
@SuppressWarnings("NullAway.Init") // picocli sets the specification and every option that has a default
final class RigOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--load-transport",
            paramLabel = "NAME",
            defaultValue = "epoll",
            description = {
                "What clients and upstreams run on: epoll, io_uring or auto.",
                "io_uring needs less of their processor, so that less often the load is the limit."
            })
    private String transport;

    @Option(
            names = "--pin",
            split = ",",
            paramLabel = "CPUS",
            description = {
                "The processors that proxies and the load have for themselves, as in 0-2,3.",
                "By default the load has the last one, and proxies have one for each worker from 0 on."
            })
    private @Nullable List<String> processors;

    @Option(names = "--no-pin", description = "Leave it to the scheduler.")
    private boolean unpinned;

    RigOptions() {}

    /// What the load runs on.
    Transport transport() throws IOException {
        try {
            return TransportReport.probe(transport).transport();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--load-transport: " + e.getMessage(), e);
        }
    }

    /// Which processors belong to whom, for proxies of so many workers. None when there are too few to split.
    Pinning pinning(int workers) {
        int available = Runtime.getRuntime().availableProcessors();
        if (unpinned || available < 2) {
            return Pinning.NONE;
        }
        if (processors == null) {
            return workers < available
                    ? new Pinning(IntStream.range(0, workers).boxed().toList(), List.of(available - 1))
                    : Pinning.NONE;
        }
        if (processors.size() != 2) {
            throw new ParameterException(command.commandLine(), "--pin takes two: those of proxies, and those of the load");
        }
        try {
            return new Pinning(
                    Pinning.processors(processors.getFirst()), Pinning.processors(processors.getLast()));
        } catch (NumberFormatException e) {
            throw new ParameterException(command.commandLine(), "--pin: " + e.getMessage(), e);
        }
    }
}
