package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The threads of a proxy that serve, which is what its workers are to the kernel, from /proc. Immutable.
final class ServingThreads {

    /// What nginx's processes say that they are.
    private static final String NGINX_WORKER = "nginx: worker process";

    /// How Sluice's threads begin, as far as the kernel keeps names.
    private static final String SLUICE_WORKER = "sluice-worker-";

    private ServingThreads() {}

    /// Their numbers: Sluice's event loops, nginx's worker processes, HAProxy's threads.
    static List<Long> of(RunningProxy proxy) throws IOException {
        List<Long> threads = new ArrayList<>();
        for (ProcessHandle process : proxy.processes()) {
            switch (proxy.contender()) {
                case Sluice _ -> addNamed(process, SLUICE_WORKER, threads);
                case Haproxy _ -> addNamed(process, "haproxy", threads);
                case Nginx _ -> {
                    if (content(Path.of("/proc", Long.toString(process.pid()), "cmdline")).startsWith(NGINX_WORKER)) {
                        threads.add(process.pid());
                    }
                }
                case Direct _ -> {
                    // No proxy.
                }
            }
        }
        return threads;
    }

    private static void addNamed(ProcessHandle process, String name, List<Long> threads) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            for (Path task : tasks.toList()) {
                if (content(task.resolve("comm")).startsWith(name)) {
                    threads.add(Long.valueOf(task.getFileName().toString()));
                }
            }
        }
    }

    /// The processors that a thread may run on, as the kernel writes them: `0-1,3`.
    static String processors(long thread) throws IOException {
        return content(Path.of("/proc", Long.toString(thread), "status")).lines()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }

    /// Empty when it has ended meanwhile.
    private static String content(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException _) {
            return "";
        }
    }
}
