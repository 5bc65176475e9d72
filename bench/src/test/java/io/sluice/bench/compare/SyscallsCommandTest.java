package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.transport.Transport;
import io.sluice.transport.TransportReport;

import static io.sluice.bench.compare.BenchRun.list;
import static io.sluice.bench.compare.BenchRun.map;
import static org.assertj.core.api.Assertions.assertThat;

/// Holds what a unit of work costs in system calls: more than the table allows is a step back, whatever the machine.
@Timeout(180)
class SyscallsCommandTest {

    private final BenchRun bench;

    private final Path directory;

    SyscallsCommandTest(@TempDir Path directory) {
        this.directory = directory;
        this.bench = new BenchRun(directory);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void unitsTakeNoMoreCallsThanTheTableAllows(Transport transport) throws Exception {
        TransportReport available = TransportReport.probe(TransportReport.AUTO);
        Assumptions.assumeTrue(available.reason(transport).isEmpty(), available::summary);
        Optional<String> unavailable = Packages.isInstalled("strace")
                ? Strace.unavailability(directory)
                : Optional.of("strace is not installed");
        Assumptions.assumeTrue(unavailable.isEmpty(), () -> unavailable.orElse(""));

        List<Map<String, Object>> counted = count(transport);

        assertThat(counted.stream().map(calls -> calls.get("scenario")).toList()).hasToString(
                "[tcp-bulk-1, tcp-echo, tcp-churn, udp-echo, udp-runs, http-requests, http-websocket]");
        CallLimits limits = CallLimits.read(transport);
        List<String> exceeded = new ArrayList<>();
        counted.forEach(calls -> exceeded.addAll(
                limits.exceeded(String.valueOf(calls.get("scenario")), map(calls.get("per_unit")))));
        assertThat(exceeded).as(bench.out()).isEmpty();
        assertThat(bench.page().getElementsByTagName("svg").getLength()).isEqualTo(counted.size());
    }

    private List<Map<String, Object>> count(Transport transport) throws IOException {
        return list(bench.report(List.of(
                        "syscalls", "--transport", transport.label(), "--sluice", BenchRun.sluice(transport.label()), "--work", "0.2"))
                .get("calls"));
    }
}
