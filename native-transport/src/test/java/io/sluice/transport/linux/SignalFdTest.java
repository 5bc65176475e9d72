package io.sluice.transport.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class SignalFdTest {

    private static final String ALL = "HUP,INT,QUIT,USR1,USR2,TERM,WINCH";

    @Test
    void deliversEverySignalThatTheParentBlocked() throws Exception {
        assumeTrue(envBlocksSignals(), "env of GNU coreutils 8.32 or newer is needed");
        Process child = child(List.of("env", "--block-signal=" + ALL, "_JAVA_SR_SIGNUM=40"), "-Xrs");
        try (var out = child.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("blocked: true");
            ProcessCalls calls = new ProcessCalls();
            List<String> answers = new ArrayList<>();
            for (Signal signal : Signal.values()) {
                assertThat(calls.kill((int) child.pid(), signal.number())).isZero();
                answers.add(out.readLine());
            }

            String me = " from " + ProcessHandle.current().pid();
            assertThat(answers).containsExactlyElementsOf(EnumSet.allOf(Signal.class).stream()
                    .map(s -> s.label() + me)
                    .toList());
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void seesThatNothingIsBlocked() throws Exception {
        Process child = child(List.of(), "-Xrs");
        try (var out = child.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("blocked: false");
        } finally {
            child.destroyForcibly();
        }
    }

    /// Prints what arrives until it is killed.
    static final class SignalPrinterMain {

        private SignalPrinterMain() {}

        public static void main(String[] arguments) throws Exception {
            boolean blocked = SignalFd.blocked(EnumSet.allOf(Signal.class));
            try (SignalFd signals = SignalFd.open(EnumSet.allOf(Signal.class))) {
                System.out.println("blocked: " + blocked);
                while (blocked) {
                    SignalFd.Received received = signals.read();
                    System.out.println(received.signal().label() + " from " + received.sender());
                }
            }
        }
    }

    private static Process child(List<String> prefix, String option) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                option,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SignalPrinterMain.class.getName()));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static boolean envBlocksSignals() throws Exception {
        Process probe = new ProcessBuilder("env", "--block-signal=" + ALL, "true")
                .redirectErrorStream(true)
                .start();
        probe.getInputStream().readAllBytes();
        return probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
    }
}
