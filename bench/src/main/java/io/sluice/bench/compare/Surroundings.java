package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

import io.sluice.transport.Transport;

/// Where and with what a report came about, for its head. Immutable.
///
/// @param facts name and value, in order
record Surroundings(SequencedMap<String, String> facts) {

    private static final long KILOBYTES_PER_GB = 1_000_000;

    /// Looks around. Before this process is pinned, or it would see fewer processors than there are.
    static Surroundings of(Invocation invocation, List<Contender> contenders, Pinning pinning, Transport load)
            throws IOException, InterruptedException {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("machine", machine());
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("JDK", System.getProperty("java.vendor.version", "") + " " + Runtime.version());
        facts.put("commit", commit(invocation.home()));
        facts.put("command", invocation.command());
        facts.put("pinning", pinning.toString());
        facts.put("load on", load.label());
        facts.put("load average before", Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0]);
        for (Contender contender : contenders) {
            if (contender instanceof Program program) {
                facts.put(contender.name(), program.version());
            }
        }
        return new Surroundings(facts);
    }

    private static String machine() throws IOException {
        String model = firstValue(Path.of("/proc/cpuinfo"), "model name", "unknown processor");
        long kilobytes = Long.parseLong(
                firstValue(Path.of("/proc/meminfo"), "MemTotal", "0").replaceAll("[^0-9]", ""));
        return "%d x %s, %d GB".formatted(
                Runtime.getRuntime().availableProcessors(), model, Math.round((double) kilobytes / KILOBYTES_PER_GB));
    }

    private static String firstValue(Path file, String name, String otherwise) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(otherwise);
    }

    private static String commit(Path home) throws InterruptedException {
        try {
            // Nothing but the commit itself and whether files differ from it: names of tags would hide it.
            return Command.run("git", "-C", home.toString(), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*").firstLine();
        } catch (IOException _) {
            return "unknown";
        }
    }
}
