package io.sluice.bench.generate;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;

/// Tells each second how a run is doing: on a terminal in one line that changes, otherwise a line each. Confined to the
/// thread that runs the command line.
final class ProgressLine implements Consumer<Interval> {

    /// Back to the beginning, and clear what is there (ECMA-48).
    private static final String OVERWRITE = "\r\033[K";

    private final LoadPlan plan;

    private final PrintWriter out;

    private final boolean terminal;

    private boolean begun;

    ProgressLine(LoadPlan plan, PrintWriter out, boolean terminal) {
        this.plan = plan;
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void accept(Interval interval) {
        String line = line(interval);
        if (terminal) {
            out.print(OVERWRITE + line);
            out.flush();
        } else {
            out.println(line);
        }
        begun = true;
    }

    private String line(Interval interval) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%6.1f s", interval.endSeconds()));
        if (plan.scenario().isBulk()) {
            line.append("  ").append(Numbers.bytesPerSecond(interval.bytesPerSecond()));
        } else if (plan.scenario().isIdle()) {
            line.append("  ").append(Numbers.count(plan.connections())).append(" held");
        } else {
            line.append("  ").append(Numbers.count(interval.unitsPerSecond())).append("/s")
                    .append("  p50 ").append(Numbers.micros(interval.latencies().getValueAtPercentile(50))).append(" us")
                    .append("  p99 ").append(Numbers.micros(interval.latencies().getValueAtPercentile(99))).append(" us");
        }
        if (interval.waiting() > 0) {
            line.append("  waiting ").append(Numbers.count(interval.waiting()));
        }
        if (plan.scenario().isUdp()) {
            line.append("  lost ").append(Numbers.count(interval.lost()));
        }
        return line.append("  errors ").append(Numbers.count(interval.errors())).toString();
    }

    /// Leaves the line as it is.
    void end() {
        if (terminal && begun) {
            out.println();
        }
    }
}
