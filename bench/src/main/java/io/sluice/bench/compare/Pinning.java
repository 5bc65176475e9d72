package io.sluice.bench.compare;

import java.io.IOException;
import java.util.List;

/// Which processor the proxy has to itself, and which clients and upstreams. Immutable.
///
/// @param on whether processes are pinned at all
record Pinning(boolean on, int proxyProcessor, int loadProcessor) {

    static final Pinning NONE = new Pinning(false, 0, 0);

    /// Moves all threads of this process to the load's processor; threads made later inherit it.
    void pinThisProcess() throws IOException, InterruptedException {
        if (on) {
            String pid = Long.toString(ProcessHandle.current().pid());
            Command.run("taskset", "-a", "-c", "-p", Integer.toString(loadProcessor), pid).orFail();
        }
    }

    /// What is put before a proxy's command; it becomes the proxy by exec, so the process is the same.
    List<String> prefix() {
        return on ? List.of("taskset", "-c", Integer.toString(proxyProcessor)) : List.of();
    }

    @Override
    public String toString() {
        return on
                ? "proxy on processor " + proxyProcessor + ", clients and upstreams on processor " + loadProcessor
                : "none";
    }
}
