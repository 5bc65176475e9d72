package io.sluice.bench.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import org.HdrHistogram.Histogram;

import io.sluice.bench.load.Load;
import io.sluice.bench.load.LoadGenerator;
import io.sluice.bench.load.LoadWindow;

/// Puts a load on one running proxy and takes its figures. Confined to the thread that measures.
final class Meter {

    private static final long STEP_SECONDS = 60;

    private static final Duration SETTLING = Duration.ofMillis(500);

    /// Less than a hundredth of it, and a JVM counts as having compiled what it runs.
    private static final Duration COMPILING_STEP = Duration.ofSeconds(1);

    private static final int MAX_COMPILING_STEPS = 40;

    private static final double NANOS_PER_SECOND = 1e9;

    private static final double NANOS_PER_MICRO = 1e3;

    private static final double BYTES_PER_MB = 1e6;

    /// What is under way then is lost.
    private static final Duration DRAINING = Duration.ofMillis(300);

    private final LoadGenerator generator;

    private final Duration window;

    Meter(LoadGenerator generator, Duration window) {
        this.generator = generator;
        this.window = window;
    }

    /// Measures once.
    ///
    /// @param saturatingRate of [Procedure.Saturating]
    /// @throws IOException when bytes were wrong or connections failed
    /// @throws TimeoutException when the proxy does not do what the load waits for
    Measurement measure(RunningProxy proxy, Procedure procedure, Duration warmUp, int saturatingRate)
            throws IOException, TimeoutException, InterruptedException {
        return switch (procedure) {
            case Procedure.Steady steady -> steady(proxy, steady.load(), steady.stalledReaders(), warmUp);
            case Procedure.Disturbed disturbed -> disturbed(proxy, disturbed, warmUp);
            case Procedure.Saturating saturating -> Measurement.of(paced(proxy, new Load.Paced(
                    saturating.closed().connections(), saturating.closed().messageBytes(), saturatingRate), warmUp));
            case Procedure.Idle idle -> Measurement.of(idle(proxy, idle, warmUp));
        };
    }

    private Measurement steady(RunningProxy proxy, Load load, int stalledReaders, Duration warmUp)
            throws IOException, TimeoutException, InterruptedException {
        try {
            if (stalledReaders > 0) {
                generator.begin(new Load.Stalled(stalledReaders), proxy.ports());
                generator.awaitStalled(STEP_SECONDS);
            }
            generator.openWindow();
            generator.begin(load, proxy.ports());
            generator.awaitProgress(STEP_SECONDS);
            Thread.sleep(warmUp);
            awaitCompiled(proxy);
            List<ProcessHandle> processes = proxy.processes();
            List<ProcessHandle> self = List.of(ProcessHandle.current());
            ProcessUsage loadBefore = ProcessUsage.of(self);
            ProcessUsage before = ProcessUsage.of(processes);
            generator.openWindow();
            Thread.sleep(window);
            generator.awaitProgress(STEP_SECONDS);
            LoadWindow counted = generator.closeWindow();
            ProcessUsage used = ProcessUsage.of(processes).since(before);
            ProcessUsage loadUsed = ProcessUsage.of(self).since(loadBefore);
            check(counted);
            Map<Figure, Double> figures = figures(load, counted, used);
            figures.put(Figure.RESIDENT, ProcessUsage.residentBytes(processes) / BYTES_PER_MB);
            figures.put(Figure.PROXY_BUSY, 100.0 * used.totalNanos() / counted.elapsedNanos());
            figures.put(Figure.LOAD_BUSY, 100.0 * loadUsed.totalNanos() / counted.elapsedNanos());
            return new Measurement(figures, counted.latencies());
        } finally {
            generator.end();
        }
    }

    private Map<Figure, Double> paced(RunningProxy proxy, Load.Paced load, Duration warmUp)
            throws IOException, TimeoutException, InterruptedException {
        try {
            generator.openWindow();
            generator.begin(load, proxy.ports());
            generator.awaitProgress(STEP_SECONDS);
            Thread.sleep(warmUp);
            awaitCompiled(proxy);
            generator.pace(false);
            Thread.sleep(DRAINING);
            List<ProcessHandle> processes = proxy.processes();
            ProcessUsage before = ProcessUsage.of(processes);
            generator.openWindow();
            generator.pace(true);
            Thread.sleep(window);
            generator.pace(false);
            Thread.sleep(DRAINING);
            LoadWindow counted = generator.closeWindow();
            ProcessUsage used = ProcessUsage.of(processes).since(before);
            check(counted);
            LoadWindow.Datagrams datagrams = counted.datagrams();
            Map<Figure, Double> figures = new EnumMap<>(Figure.class);
            Unit.ROUND_TRIP.put(figures, (double) datagrams.answered(), window.toNanos() / NANOS_PER_SECOND, used);
            figures.put(Figure.LOST, 100.0 * (datagrams.sent() - datagrams.answered()) / datagrams.sent());
            figures.put(Figure.PROXY_BUSY, 100.0 * used.totalNanos() / window.toNanos());
            return figures;
        } finally {
            generator.end();
        }
    }

    private static void check(LoadWindow counted) throws IOException {
        if (!counted.failures().isEmpty()) {
            throw new IOException("the load failed: " + counted.failures());
        }
    }

    private static Map<Figure, Double> figures(Load load, LoadWindow counted, ProcessUsage used) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        Unit unit = Unit.of(load);
        unit.put(figures, unit.done(counted), counted.elapsedNanos() / NANOS_PER_SECOND, used);
        if (load instanceof Load.Datagrams) {
            figures.put(Figure.LOST, 100.0 * counted.datagrams().lost() / counted.datagrams().sent());
        }
        if (counted.latencies().getTotalCount() > 0) {
            putLatencies(figures, counted.latencies());
        }
        return figures;
    }

    private static void putLatencies(Map<Figure, Double> figures, Histogram latencies) {
        figures.put(Figure.P50, latencies.getValueAtPercentile(50) / NANOS_PER_MICRO);
        figures.put(Figure.P99, latencies.getValueAtPercentile(99) / NANOS_PER_MICRO);
        figures.put(Figure.P999, latencies.getValueAtPercentile(99.9) / NANOS_PER_MICRO);
    }

    private Measurement disturbed(RunningProxy proxy, Procedure.Disturbed disturbed, Duration warmUp)
            throws IOException, TimeoutException, InterruptedException {
        Map<Figure, Double> without = steady(proxy, disturbed.load(), 0, warmUp).figures();
        Measurement measured = steady(proxy, disturbed.load(), disturbed.stalledReaders(), warmUp);
        Map<Figure, Double> with = new EnumMap<>(measured.figures());
        putRatio(with, Figure.P99_DISTURBED, Figure.P99, without);
        putRatio(with, Figure.CPU_DISTURBED, Figure.CPU_PER_ROUND_TRIP, without);
        return new Measurement(with, measured.latencies());
    }

    private static void putRatio(
            Map<Figure, Double> figures, Figure ratio, Figure figure, Map<Figure, Double> reference) {
        Double value = figures.get(figure);
        Double base = reference.get(figure);
        if (value != null && base != null && base > 0) {
            figures.put(ratio, value / base);
        }
    }

    /// Resident memory is read before a collection is asked for, each time: it is what a machine gives for the sessions.
    private Map<Figure, Double> idle(RunningProxy proxy, Procedure.Idle idle, Duration warmUp)
            throws IOException, TimeoutException, InterruptedException {
        generator.begin(idle.warmUp(), proxy.ports());
        Thread.sleep(warmUp);
        generator.end();
        try {
            generator.openWindow();
            hold(proxy, idle.held(idle.few()), idle.few());
            long residentFew = ProcessUsage.residentBytes(proxy.processes());
            JvmMemory liveFew = liveMemory(proxy);
            int more = idle.many() - idle.few();
            hold(proxy, idle.held(more), idle.many());
            long residentMany = ProcessUsage.residentBytes(proxy.processes());
            JvmMemory liveMany = liveMemory(proxy);
            check(generator.closeWindow());
            Map<Figure, Double> figures = new EnumMap<>(Figure.class);
            figures.put(Figure.RESIDENT, residentMany / BYTES_PER_MB);
            figures.put(Figure.RESIDENT_PER_SESSION, (double) (residentMany - residentFew) / more);
            if (liveMany.heapBytes() > 0) {
                double heap = (double) (liveMany.heapBytes() - liveFew.heapBytes()) / more;
                double malloc = (double) (liveMany.nativeBytes() - liveFew.nativeBytes()) / more;
                figures.put(Figure.HEAP_PER_SESSION, heap);
                figures.put(Figure.NATIVE_PER_SESSION, malloc);
                figures.put(Figure.LIVE_PER_SESSION, heap + malloc);
            }
            return figures;
        } finally {
            generator.end();
        }
    }

    private void hold(RunningProxy proxy, Load added, int total)
            throws IOException, TimeoutException, InterruptedException {
        generator.begin(added, proxy.ports());
        generator.awaitUnits(total, STEP_SECONDS);
        Thread.sleep(SETTLING);
        awaitCompiled(proxy);
    }

    /// A JVM under a load that is new to it compiles for as long as half a minute of one processor that it shares with its
    /// event loop: that is neither what a round trip costs nor, with the memory it takes, what a session does.
    private static void awaitCompiled(RunningProxy proxy) throws IOException, InterruptedException {
        List<ProcessHandle> processes = proxy.processes();
        long before = ProcessUsage.compilerNanos(processes);
        for (int i = 0; i < MAX_COMPILING_STEPS; i++) {
            if (before == 0) {
                return;
            }
            Thread.sleep(COMPILING_STEP);
            long now = ProcessUsage.compilerNanos(processes);
            if (now - before < COMPILING_STEP.toNanos() / 100) {
                return;
            }
            before = now;
        }
    }

    private static JvmMemory liveMemory(RunningProxy proxy) throws IOException, InterruptedException {
        if (!(proxy.contender() instanceof Sluice)) {
            return new JvmMemory(0, 0);
        }
        ProcessHandle java = proxy.processes().stream()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new IOException("no Java process among those of " + proxy.contender().name()));
        return JvmMemory.of(java);
    }
}
