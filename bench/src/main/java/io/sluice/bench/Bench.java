package io.sluice.bench;

import java.io.IOException;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import io.sluice.bench.compare.CompareCommand;
import io.sluice.bench.compare.ScaleCommand;
import io.sluice.bench.compare.SyscallsCommand;
import io.sluice.bench.generate.LoadCommand;
import io.sluice.bench.generate.UpstreamCommand;

/// The command line behind `scripts/bench`. Used during start-up only.
@Command(
        name = "scripts/bench",
        description = "Measures Sluice.",
        subcommands = {
            CompareCommand.class, ScaleCommand.class, SyscallsCommand.class, LoadCommand.class, UpstreamCommand.class, JmhCommand.class
        },
        mixinStandardHelpOptions = true)
public final class Bench {

    Bench() {}

    /// Runs a command and exits with its code.
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /// The commands, for whoever wants to run one without leaving the JVM.
    public static CommandLine commandLine() {
        return new CommandLine(new Bench()).setExecutionExceptionHandler((failure, command, _) -> {
            if (failure instanceof IOException) {
                command.getErr().println("bench: " + failure.getMessage());
                return command.getCommandSpec().exitCodeOnExecutionException();
            }
            throw failure;
        });
    }
}
