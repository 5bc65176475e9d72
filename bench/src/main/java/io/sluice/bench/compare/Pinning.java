package io.sluice.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Which processors the proxies have to themselves, and which clients and upstreams. Immutable.
///
/// @param proxy one for each worker, in the order in which they are taken; empty: nothing is pinned
record Pinning(List<Integer> proxy, List<Integer> load) {

    static final Pinning NONE = new Pinning(List.of(), List.of());

    Pinning {
        proxy = List.copyOf(proxy);
        load = List.copyOf(load);
    }

    /// Whether processes are pinned at all.
    boolean on() {
        return !proxy.isEmpty();
    }

    /// Moves all threads of this process to the load's processors; threads made later inherit it.
    void pinThisProcess() throws IOException, InterruptedException {
        if (on()) {
            String pid = Long.toString(ProcessHandle.current().pid());
            Command.run("taskset", "-a", "-c", "-p", text(load), pid).orFail();
        }
    }

    /// What is put before the command of a proxy with so many workers; it becomes the proxy by exec, so the process is the same.
    List<String> prefix(int workers) {
        return on() ? List.of("taskset", "-c", text(processors(workers))) : List.of();
    }

    /// The processors of a proxy with so many workers.
    List<Integer> processors(int workers) {
        return proxy.subList(0, Math.min(workers, proxy.size()));
    }

    private static String text(List<Integer> processors) {
        return processors.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /// Reads `0-2` or `3`, and what has several of these with plus signs between.
    static List<Integer> processors(String text) {
        List<Integer> processors = new ArrayList<>();
        for (String part : text.split("\\+", -1)) {
            String[] ends = part.split("-", 2);
            int first = Integer.parseInt(ends[0]);
            int last = ends.length == 1 ? first : Integer.parseInt(ends[1]);
            for (int processor = first; processor <= last; processor++) {
                processors.add(processor);
            }
        }
        return processors;
    }

    @Override
    public String toString() {
        return on()
                ? "proxy on processor " + text(proxy) + ", clients and upstreams on processor " + text(load)
                : "none";
    }
}
