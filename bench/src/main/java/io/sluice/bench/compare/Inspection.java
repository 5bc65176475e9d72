package io.sluice.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

import io.sluice.bench.load.Load;
import io.sluice.bench.load.LoadGenerator;
import io.sluice.bench.load.LoadWindow;

/// Looks at the proxies while they run, as they are configured for the comparison: whether they do what it takes them to do,
/// and whether they are alike. Confined to the thread that measures.
///
/// Only what matters to the scenarios at hand is looked at.
final class Inspection {

    private static final long STEP_SECONDS = 60;

    /// Downloads that are not read: each leaves bytes in a pipe, where there is one.
    private static final int STALLED = 8;

    private static final long WORKER_SECONDS = 5;

    private static final long SETTLING_MILLIS = 200;

    private static final int CLIENTS = 8;

    private static final int REQUESTS = 2_000;

    /// A proxy that keeps its connections makes a few for thousands of requests, one that does not makes one for each.
    private static final int REQUESTS_PER_CONNECTION = 20;

    private static final int BODY_BYTES = 100;

    private final Plan plan;

    private final Rig rig;

    private final List<Finding> findings = new ArrayList<>();

    private final SequencedMap<String, String> ciphers = new LinkedHashMap<>();

    Inspection(Plan plan, Rig rig) {
        this.plan = plan;
        this.rig = rig;
    }

    /// Starts each proxy, looks, and stops it.
    ///
    /// @param configurations of the proxies
    List<Finding> inspect(Map<String, String> configurations) throws InterruptedException {
        for (Contender contender : plan.contenders()) {
            if (contender instanceof Program program) {
                try {
                    inspect(program);
                } catch (IOException | TimeoutException | IllegalStateException e) {
                    findings.add(new Finding(program.name(), Verdict.UNKNOWN, String.valueOf(e.getMessage())));
                }
            }
        }
        compareCiphers();
        if (plan.scenarios().stream().anyMatch(scenario -> isSteady(scenario, Load.Echo.class::isInstance))) {
            findings.addAll(Buffers.compare(configurations));
        }
        return List.copyOf(findings);
    }

    private void inspect(Program program) throws IOException, TimeoutException, InterruptedException {
        RunningProxy proxy = rig.start(program, plan.demands());
        try {
            findings.add(workers(proxy));
            if (rig.pinning().on()) {
                findings.add(processors(proxy));
            }
            if (program instanceof Sluice sluice) {
                findings.add(transport(proxy, sluice));
            }
            if (!(program instanceof Nginx) && takesPart(program, Load.Bulk.class::isInstance)) {
                findings.add(splicing(proxy));
            }
            if (takesPart(program, Load.Requests.class::isInstance)) {
                findings.add(keeping(proxy));
            }
            if (plan.scenarios().stream().anyMatch(scenario -> scenario.procedure().ofTls())) {
                ciphers.put(program.name(), TlsProbe.negotiated(proxy.ports().secure()));
            }
        } finally {
            proxy.stop();
        }
    }

    private boolean takesPart(Contender contender, Predicate<Load> load) {
        return plan.scenarios().stream().anyMatch(scenario -> contender.servesIn(scenario) && isSteady(scenario, load));
    }

    private static boolean isSteady(Scenario scenario, Predicate<Load> load) {
        return scenario.procedure() instanceof Procedure.Steady steady && load.test(steady.load());
    }

    private Finding workers(RunningProxy proxy) throws IOException, InterruptedException {
        int serving = serving(proxy);
        return Finding.of(
                proxy.contender().name(), serving == plan.workers(),
                "%d that serve%s, asked for %d (%s)".formatted(
                        serving, serving == 1 ? "s" : "", plan.workers(), workersAre(proxy.contender())));
    }

    /// Once there are some and they get no more: nginx's master listens before it has workers.
    private int serving(RunningProxy proxy) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WORKER_SECONDS);
        int before;
        int serving = 0;
        do {
            before = serving;
            Thread.sleep(SETTLING_MILLIS);
            serving = ServingThreads.of(proxy).size();
        } while ((serving == 0 || serving != before) && System.nanoTime() < deadline);
        return serving;
    }

    private static String workersAre(Contender contender) {
        return contender instanceof Nginx ? "worker processes" : "threads";
    }

    private Finding processors(RunningProxy proxy) throws IOException {
        List<Integer> wanted = rig.pinning().processors(plan.workers());
        List<String> seen = new ArrayList<>();
        boolean alike = true;
        for (long thread : ServingThreads.of(proxy)) {
            String processors = ServingThreads.processors(thread);
            alike &= !processors.isEmpty() && Pinning.processors(processors.replace(',', '+')).equals(wanted);
            seen.add(processors);
        }
        return Finding.of(
                proxy.contender().name(), alike,
                "may run on processor " + String.join(" and ", seen.stream().distinct().toList()));
    }

    /// On io_uring it has a ring, on epoll it has none.
    private static Finding transport(RunningProxy proxy, Sluice sluice) throws IOException {
        boolean ring = OpenFiles.of(proxy).hasRing();
        boolean asAsked = switch (sluice.transport()) {
            case "epoll" -> !ring;
            case "io_uring" -> ring;
            default -> true;
        };
        return Finding.of(sluice.name(), asAsked, "runs on " + (ring ? "io_uring" : "epoll"));
    }

    /// Who splices has a pipe for each download that stands still; some of them may have been in its pool.
    private Finding splicing(RunningProxy proxy) throws IOException, TimeoutException, InterruptedException {
        LoadGenerator load = rig.load();
        int before = OpenFiles.of(proxy).pipes();
        int during;
        try {
            load.begin(new Load.Stalled(STALLED), proxy.ports());
            load.awaitStalled(STEP_SECONDS);
            during = OpenFiles.of(proxy).pipes();
        } finally {
            load.end();
        }
        String built = proxy.contender() instanceof Haproxy haproxy && !haproxy.canSplice()
                ? "; built without LINUX_SPLICE"
                : "";
        boolean splices = during >= before + STALLED / 2;
        return Finding.of(
                proxy.contender().name(), splices,
                "%s: pipes are %d at first, %d with %d downloads that stand still%s".formatted(
                        splices ? "splices" : "does not splice", before, during, STALLED, built));
    }

    private Finding keeping(RunningProxy proxy) throws IOException, TimeoutException, InterruptedException {
        LoadGenerator load = rig.load();
        long before = load.webConnections();
        LoadWindow counted;
        try {
            load.openWindow();
            load.begin(new Load.Requests(CLIENTS, BODY_BYTES), proxy.ports());
            load.awaitUnits(REQUESTS, STEP_SECONDS);
            counted = load.closeWindow();
        } finally {
            load.end();
        }
        if (!counted.failures().isEmpty()) {
            throw new IOException("requests failed: " + counted.failures());
        }
        long made = load.webConnections() - before;
        boolean keeps = made * REQUESTS_PER_CONNECTION <= counted.units();
        return Finding.of(
                proxy.contender().name(), keeps,
                "%s connections to the upstream: %,d requests took %,d of them"
                        .formatted(keeps ? "keeps" : "does not keep", counted.units(), made));
    }

    private void compareCiphers() {
        ciphers.forEach((name, cipher) -> findings.add(Finding.of(
                name, cipher.equals(ciphers.firstEntry().getValue()),
                cipher + ", offered what the load's clients offer")));
    }
}
