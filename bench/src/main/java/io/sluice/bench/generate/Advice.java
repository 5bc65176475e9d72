package io.sluice.bench.generate;

import java.util.ArrayList;
import java.util.List;

import io.sluice.transport.linux.Errno;

/// What to do about a run that failed, or that was not what it was asked to be. Immutable.
final class Advice {

    private Advice() {}

    static List<String> on(LoadResult result) {
        List<String> lines = new ArrayList<>();
        LoadPlan plan = result.plan();
        String target = plan.targetText();
        if (has(result, Errno.ECONNREFUSED)) {
            lines.add("nobody listens at %s; start 'scripts/bench upstream --listen %s %s' there, or a proxy in front of one"
                    .formatted(target, target, plan.scenario()));
        }
        if (has(result, Errno.EADDRNOTAVAIL)) {
            lines.add("the ports of this host's addresses towards %s ran out; give it more addresses by --sources"
                    .formatted(target));
        }
        if (has(result, Errno.EMFILE)) {
            lines.add("the limit of open files is too low; raise it by 'ulimit -n " + (2 * plan.connections() + 1_000) + "'");
        }
        if (plan.scenario().isUdp() && result.total().units() == 0) {
            lines.add("no datagram came back from %s; does 'scripts/bench upstream --listen %s %s' run there, or a proxy in front of one?"
                    .formatted(target, target, plan.scenario()));
        }
        if (result.passed() && !result.keptRate()) {
            lines.add("the rate is more than the proxy can do, or the load with these connections, --outstanding and --threads");
        }
        return lines;
    }

    private static boolean has(LoadResult result, int errno) {
        String described = Errno.describe(errno);
        return result.failures().keySet().stream().anyMatch(what -> what.contains(described));
    }
}
