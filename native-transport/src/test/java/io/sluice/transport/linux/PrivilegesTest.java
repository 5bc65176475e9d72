package io.sluice.transport.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.sluice.transport.ReadableClassPath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class PrivilegesTest {

    @Test
    void findsAnAccountAsTheSystemHasIt() throws IOException {
        List<String> nobody = passwdEntry("nobody");

        Account account = Account.find("nobody", Optional.empty());

        assertThat(account.uid()).isEqualTo(Integer.parseInt(nobody.get(2)));
        assertThat(account.gid()).isEqualTo(Integer.parseInt(nobody.get(3)));
        assertThat(account.groups()).contains(account.gid());
    }

    @Test
    void takesAnotherGroupWhenOneIsNamed() {
        assertThat(Account.find("nobody", Optional.of("root")).gid()).isZero();
    }

    @Test
    void saysWhatIsMissingInTheWordsOfNginx() {
        assertThatThrownBy(() -> Account.find("no-such-user", Optional.empty()))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageStartingWith("getpwnam(\"no-such-user\") failed");
        assertThatThrownBy(() -> Account.find("nobody", Optional.of("no-such-group")))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageStartingWith("getgrnam(\"no-such-group\") failed");
    }

    @Test
    void dropsInEveryThreadAndLeavesBindingToOne() throws Exception {
        assumeTrue(Privileges.root(), "only root can become somebody else");
        int unprivilegedPortStart =
                Sysctl.read("net/ipv4/ip_unprivileged_port_start").orElseThrow();
        assumeTrue(unprivilegedPortStart > PrivilegeDropMain.PRIVILEGED_PORTS, "this host lets everybody bind");
        Account nobody = Account.find("nobody", Optional.empty());
        String ids = (nobody.uid() + " ").repeat(4).strip();

        assertThat(runChild("keep")).containsExactly(
                "threads of " + ids, "binder binds: true", "other binds: false", "back to root: -1", "reads /proc/self: true");
        assertThat(runChild("all")).containsExactly(
                "threads of " + ids, "binder binds: false", "other binds: false", "back to root: -1", "reads /proc/self: true");
    }

    /// The drop is for the whole process and for good, so it happens in another one.
    private static List<String> runChild(String argument) throws Exception {
        try (ReadableClassPath classPath = new ReadableClassPath()) {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            classPath.toString(),
                            PrivilegeDropMain.class.getName(),
                            argument)
                    .redirectErrorStream(true)
                    .start();
            return linesOf(child);
        }
    }

    private static List<String> linesOf(Process child) throws InterruptedException {
        try {
            List<String> lines = child.inputReader().lines().toList();
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return lines;
        } finally {
            child.destroyForcibly();
        }
    }

    private static List<String> passwdEntry(String user) throws IOException {
        try (var lines = Files.lines(Path.of("/etc/passwd"))) {
            return lines.filter(line -> line.startsWith(user + ":"))
                    .map(line -> List.of(line.split(":")))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
