package io.sluice.bench.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Whether anything that a relay does to the bytes fails the run.
@Timeout(60)
class VerificationTest {

    /// Within the first message or response, behind all heads and headers.
    private static final int PLACE = 3_000;

    private static final String SIZE = "6000";

    @ParameterizedTest
    @MethodSource("streams")
    void whatARelayDoesToAStreamFailsTheRun(LoadScenario scenario, Fault fault) throws Exception {
        List<String> options = new ArrayList<>(List.of("-c", "1", "--patience", "1"));
        if (scenario != LoadScenario.TCP_BULK) {
            options.addAll(List.of("--size", SIZE));
        }
        fails(scenario, fault, false, options);
    }

    private static Stream<Arguments> streams() {
        return Stream.of(
                        LoadScenario.TCP_ECHO, LoadScenario.TCP_CHURN, LoadScenario.TCP_BULK, LoadScenario.HTTP, LoadScenario.WS_ECHO)
                .flatMap(scenario -> Stream.of(Fault.values())
                        .filter(fault -> fault != Fault.NONE)
                        // A download has no end that could be missing.
                        .filter(fault -> scenario != LoadScenario.TCP_BULK || fault != Fault.FALLS_SILENT)
                        .map(fault -> arguments(scenario, fault)));
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatARelayDoesToAnUploadFailsTheRun(Fault fault) throws Exception {
        fails(LoadScenario.TCP_BULK, fault, true, List.of("-c", "1", "--patience", "1", "--direction", "up"));
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatARelayDoesToBothWaysFailsTheRun(Fault fault) throws Exception {
        fails(LoadScenario.TCP_BULK, fault, true, List.of("-c", "1", "--patience", "1", "--direction", "both"));
    }

    @ParameterizedTest
    @EnumSource(
            value = LoadScenario.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UDP_ECHO", "UDP_RUNS"})
    void whatComesInSmallPiecesIsRight(LoadScenario scenario) throws Exception {
        for (int bytes : new int[] {1, 7}) {
            try (RunningUpstream upstream = RunningUpstream.start(scenario, Transport.EPOLL, 1);
                    BadRelay relay = new BadRelay(upstream.address(), Fault.NONE, 0, true, bytes)) {
                List<String> options = new ArrayList<>(List.of("-c", "1"));
                if (scenario.pipelines()) {
                    options.addAll(List.of("--size", "130", "--outstanding", "3"));
                }
                CommandRun run = CommandRun.load(relay.target(), scenario, options.toArray(String[]::new));
                assertThat(run.exitCode()).as("%s", run).isZero();
            }
        }
    }

    private static void fails(LoadScenario scenario, Fault fault, boolean upwards, List<String> options) throws Exception {
        try (RunningUpstream upstream = RunningUpstream.start(scenario, Transport.EPOLL, 1);
                BadRelay relay = new BadRelay(upstream.address(), fault, PLACE, upwards, BadRelay.MAX_PIECE_BYTES)) {
            CommandRun run = CommandRun.load(relay.target(), scenario, options.toArray(String[]::new));
            assertThat(run.exitCode()).as("%s", run).isEqualTo(1);
            assertThat(run.out()).contains("error ");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"ALTERS", "DROPS", "REPEATS"})
    void whatARelayDoesToDatagramsFailsTheRun(Fault fault) throws Exception {
        for (String rate : List.of("0", "500")) {
            try (RunningUpstream upstream = RunningUpstream.start(LoadScenario.UDP_ECHO, Transport.EPOLL, 1);
                    BadDatagramRelay relay = new BadDatagramRelay(upstream.address(), fault)) {
                CommandRun run = CommandRun.load(
                        relay.target(), LoadScenario.UDP_ECHO, "-c", "1", "--warm-up", "0", "--duration", "0.5", "--rate", rate);
                assertThat(run.exitCode()).as("%s", run).isEqualTo(1);
                assertThat(run.out()).contains("error ");
            }
        }
    }
}
