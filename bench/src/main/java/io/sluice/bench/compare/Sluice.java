package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Sluice on one of its transports. Immutable.
///
/// @param launcher the command and its first arguments
/// @param transport `epoll`, `io_uring` or `auto`
record Sluice(List<String> launcher, String transport) implements Program {

    /// What [JvmMemory] asks for; 16 bytes for each of the JVM's own allocations.
    private static final String MEMORY_TRACKING = "-XX:NativeMemoryTracking=summary";

    Sluice {
        launcher = List.copyOf(launcher);
    }

    @Override
    public String name() {
        return "sluice " + transport;
    }

    /// Builds it, if the launcher does that.
    @Override
    public void require() throws IOException, InterruptedException {
        version();
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return Command.run(with("-v")).firstLine();
    }

    @Override
    public String configuration(Setup setup) {
        String file = "sluice-" + transport;
        return NginxLanguage.text(
                setup, setup.directory().resolve(file + ".pid"), setup.directory().resolve(file + "-error.log"));
    }

    @Override
    public List<String> command(Path configuration) {
        return with("-c", configuration.toString());
    }

    @Override
    public List<String> checkCommand(Path configuration) {
        return with("-c", configuration.toString(), "-t", "-q");
    }

    private List<String> with(String... arguments) {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(arguments));
        return command;
    }

    @Override
    public Map<String, String> environment() {
        String given = System.getenv().getOrDefault("SLUICE_JAVA_OPTS", "");
        return Map.of("SLUICE_JAVA_OPTS", (given + " " + MEMORY_TRACKING + " -Dsluice.transport=" + transport).strip());
    }
}
