package io.sluice.bench.generate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Where and with what a run came about. Immutable.
///
/// @param facts name and value, in order
record Environment(SequencedMap<String, String> facts) {

    private static final long KILOBYTES_PER_GB = 1_000_000;

    /// Looks around.
    static Environment of(LoadPlan plan, String command, Path home) throws IOException, InterruptedException {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("machine", machine());
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("JDK", System.getProperty("java.vendor.version", "") + " " + Runtime.version());
        facts.put("commit", commit(home));
        facts.put("command", command);
        facts.put("load on", plan.threads() + (plan.threads() == 1 ? " thread, " : " threads, ") + plan.transport().label());
        facts.put("load average before", Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0]);
        return new Environment(facts);
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
            Process git = new ProcessBuilder("git", "-C", home.toString(), "describe", "--always", "--dirty")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream out = git.getInputStream()) {
                String text = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
                return git.waitFor() == 0 ? text : "unknown";
            }
        } catch (IOException _) {
            return "unknown";
        }
    }
}
