package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What processes have used so far, from /proc (proc(5)). Immutable.
///
/// Processor time is that of each process with all its threads, also those that ended. The kernel accounts it to the
/// nanosecond and shows it in ticks of 10 ms, so a window of seconds is exact to some tenths of a percent. What the
/// network does in the name of a process (softirq while it sends) is included, unless the kernel was built to account
/// interrupts apart (CONFIG_IRQ_TIME_ACCOUNTING).
record ProcessUsage(long userNanos, long systemNanos) {

    /// USER_HZ is 100 on every architecture that we run on.
    private static final long NANOS_PER_TICK = 10_000_000;

    /// Fields of /proc/PID/stat, counted from the one after the program's name.
    private static final int UTIME = 11;

    private static final int STIME = 12;

    /// HotSpot's names.
    private static final Pattern COMPILER = Pattern.compile("C[12] Compiler");

    /// Sums up over some processes.
    static ProcessUsage of(List<ProcessHandle> processes) throws IOException {
        long user = 0;
        long system = 0;
        for (ProcessHandle process : processes) {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            // The name stands in parentheses and may contain spaces and parentheses itself.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            user += Long.parseLong(fields[UTIME]) * NANOS_PER_TICK;
            system += Long.parseLong(fields[STIME]) * NANOS_PER_TICK;
        }
        return new ProcessUsage(user, system);
    }

    /// What the threads of a JVM that compile have used so far; 0 of other programs. They come and go, so it may become less.
    static long compilerNanos(List<ProcessHandle> processes) throws IOException {
        long nanos = 0;
        for (ProcessHandle process : processes) {
            try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
                for (Path task : tasks.toList()) {
                    nanos += compilerNanos(task);
                }
            }
        }
        return nanos;
    }

    private static long compilerNanos(Path task) throws IOException {
        try {
            return COMPILER.matcher(Files.readString(task.resolve("comm"))).lookingAt()
                    ? Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", -1)[0])
                    : 0;
        } catch (NoSuchFileException _) {
            // It has ended meanwhile.
            return 0;
        }
    }

    /// Resident memory, the sum over some processes.
    static long residentBytes(List<ProcessHandle> processes) throws IOException {
        long kilobytes = 0;
        for (ProcessHandle process : processes) {
            Path rollup = Path.of("/proc", Long.toString(process.pid()), "smaps_rollup");
            String line = Files.readAllLines(rollup).stream()
                    .filter(candidate -> candidate.startsWith("Rss:"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no Rss in " + rollup));
            kilobytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
        return kilobytes * 1024;
    }

    long totalNanos() {
        return userNanos + systemNanos;
    }

    ProcessUsage since(ProcessUsage earlier) {
        return new ProcessUsage(userNanos - earlier.userNanos, systemNanos - earlier.systemNanos);
    }
}
