package io.sluice.resolve;

import java.io.File;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class SystemResolverTest {

    @Test
    void answersLiteralsAndLocalNames() throws Exception {
        NameResolver resolver = new SystemResolver();
        assertThat(resolver.resolve("192.0.2.1")).containsExactly(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(resolver.resolve("localhost")).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
    }

    @Test
    void anEmptyNameIsNoName() {
        assertThatThrownBy(() -> new SystemResolver().resolve(""))
                .isInstanceOf(UnresolvedNameException.class).hasMessage("the name is empty");
    }

    /// A JVM of its own, whose hosts file changes between two questions: `first`, then `second` and an unknown name.
    @Test
    void asksAfreshEachTime(@TempDir Path directory) throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts"), "192.0.2.1 changing.example\n");
        Process child = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.net.hosts.file=" + hosts, "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), ChangingHosts.class.getName(), hosts.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        try {
            assertThat(child.waitFor(50, TimeUnit.SECONDS)).isTrue();
        } finally {
            child.destroyForcibly();
        }
        assertThat(Files.readString(directory.resolve("out"), StandardCharsets.UTF_8).lines())
                .containsExactly("[/192.0.2.1]", "[/192.0.2.2, /2001:db8:0:0:0:0:0:2]", "late.example: true", "[/192.0.2.3]");
    }

    /// Runs in the child.
    static final class ChangingHosts {

        private ChangingHosts() {}

        public static void main(String[] args) throws Exception {
            File hosts = new File(args[0]);
            NameResolver resolver = new SystemResolver();
            System.out.println(withoutNames(resolver, "changing.example"));
            Files.writeString(hosts.toPath(), "192.0.2.2 changing.example\n2001:db8::2 changing.example\n");
            System.out.println(withoutNames(resolver, "changing.example"));
            try {
                resolver.resolve("late.example");
            } catch (UnresolvedNameException e) {
                System.out.println(e.host() + ": " + !e.reason().contains("late.example:"));
            }
            Files.writeString(hosts.toPath(), "192.0.2.3 late.example\n");
            System.out.println(withoutNames(resolver, "late.example"));
        }

        private static List<String> withoutNames(NameResolver resolver, String host) throws Exception {
            return resolver.resolve(host).stream().map(address -> "/" + address.getHostAddress()).toList();
        }
    }
}
