package io.sluice.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/// `scripts/tune-host.sh`: on this host it only looks; it sets in a directory that looks like a host, and in a network
/// namespace of its own.
class TuneHostTest {

    private static final List<String> SETTINGS = List.of(
            "net.core.somaxconn", "net.ipv4.tcp_max_syn_backlog", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_tw_reuse",
            "fs.nr_open", "fs.file-max", "net.core.rmem_max", "net.core.wmem_max", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
            "net.core.netdev_max_backlog", "net.ipv4.tcp_migrate_req", "net.ipv4.tcp_slow_start_after_idle",
            "net.ipv4.tcp_fastopen", "fs.pipe-max-size", "fs.pipe-user-pages-soft", "kernel.io_uring_disabled",
            "net.core.busy_poll", "net.core.busy_read", "net.netfilter.nf_conntrack_max");

    private static final Pattern SETTING = Pattern.compile("(?m)^([a-z0-9_-]+\\.[a-z0-9_.-]+): .*\n    \\S");

    private final Path host;

    TuneHostTest(@TempDir Path host) {
        this.host = host;
    }

    @Test
    void showsEverySettingWithItsReasonAndChangesNothing() throws Exception {
        Map<String, String> before = values();
        Launched.Result result = run();
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        List<String> named = new ArrayList<>();
        Matcher matcher = SETTING.matcher(result.out());
        while (matcher.find()) {
            named.add(matcher.group(1));
        }
        assertThat(named).containsExactlyElementsOf(SETTINGS);
        assertThat(result.out()).contains("\nirq: ").doesNotContain("cannot be set").doesNotContain(" now\n");
        assertThat(values()).isEqualTo(before);
    }

    private static Map<String, String> values() throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String setting : SETTINGS) {
            Path file = Path.of("/proc/sys", setting.replace('.', '/'));
            if (Files.isReadable(file)) {
                values.put(setting, Files.readString(file));
            }
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"--frobnicate", "--apply=yes", "-x", "no.such.setting", "net core", "../etc", ""})
    void refusesWhatItDoesNotKnow(String argument) throws Exception {
        Launched.Result result = run(argument);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("tune-host: ");
    }

    @Test
    void helpIsItsOwnComment() throws Exception {
        Launched.Result result = run("--help");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith("Shows what a host").contains("--apply", "--persist", "HOST_ROOT");
    }

    @Test
    void setsWhatIsShortOfItAndLeavesTheRest() throws Exception {
        setting("net.core.somaxconn", "4096");
        setting("fs.nr_open", "9000000");
        setting("fs.file-max", "9223372036854775807");
        setting("fs.pipe-user-pages-soft", "0");
        setting("net.ipv4.ip_local_port_range", "32768\t60999");
        setting("net.ipv4.tcp_rmem", "4096\t131072\t6291456");
        setting("net.ipv4.tcp_wmem", "4096\t16384\t33554432");
        setting("net.ipv4.tcp_fastopen", "1025");
        setting("net.ipv4.tcp_tw_reuse", "2");
        setting("net.core.busy_poll", "0");
        Launched.Result result = runAt("--apply");
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(value("net.core.somaxconn")).isEqualTo("65535");
        assertThat(value("fs.nr_open")).isEqualTo("9000000");
        assertThat(value("fs.file-max")).isEqualTo("9223372036854775807");
        assertThat(value("fs.pipe-user-pages-soft")).isEqualTo("0");
        assertThat(value("net.ipv4.ip_local_port_range")).isEqualTo("10000 65535");
        assertThat(value("net.ipv4.tcp_rmem")).isEqualTo("4096 131072 16777216");
        assertThat(value("net.ipv4.tcp_wmem")).isEqualTo("4096\t16384\t33554432");
        assertThat(value("net.ipv4.tcp_fastopen")).isEqualTo("1027");
        assertThat(value("net.ipv4.tcp_tw_reuse")).isEqualTo("1");
        assertThat(value("net.core.busy_poll")).isEqualTo("0");
        assertThat(result.out())
                .contains("net.core.somaxconn: 4096, is 65535 now\n")
                .contains("fs.nr_open: 9000000, is enough\n")
                .contains("net.ipv4.tcp_migrate_req: not here")
                .contains("irq: no network card");
        assertThat(host.resolve("etc")).doesNotExist();
    }

    @Test
    void onlyWhatIsNamedIsShownAndSet() throws Exception {
        setting("net.core.somaxconn", "128");
        setting("fs.nr_open", "1024");
        Launched.Result result = runAt("--apply", "net.core.somax");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith("net.core.somaxconn: 128, is 65535 now").doesNotContain("fs.", "irq");
        assertThat(value("fs.nr_open")).isEqualTo("1024");
    }

    @Test
    void persistsWhatItSetsAndWhatWasEnough() throws Exception {
        setting("net.core.somaxconn", "4096");
        setting("fs.nr_open", "2097152");
        setting("kernel.io_uring_disabled", "2");
        Launched.Result result = runAt("--persist");
        assertThat(result.exitCode()).isZero();
        assertThat(Files.readAllLines(host.resolve("etc/sysctl.d/90-sluice.conf")))
                .hasSize(3)
                .contains("net.core.somaxconn = 65535", "fs.nr_open = 2097152");
    }

    /// As in a container, whose /proc/sys is read-only: this file cannot be written by anybody.
    @Test
    void saysWhatCannotBeSet() throws Exception {
        setting("net.core.somaxconn", "4096");
        Path refused = host.resolve("proc/sys/fs/pipe-user-pages-soft");
        Files.createDirectories(refused.getParent());
        Files.createSymbolicLink(refused, Path.of("/proc/sys/kernel/ngroups_max"));
        Launched.Result result = runAt("--apply");
        Files.delete(refused);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("tune-host: 1 could not be set\n");
        assertThat(result.out())
                .contains("net.core.somaxconn: 4096, is 65535 now\n")
                .containsPattern("fs.pipe-user-pages-soft: 65536, cannot be set to 262144 here \\(\\S.*\\)\n");
    }

    @Test
    void spreadsTheQueuesOfACardOverTheProcessorsNearIt() throws Exception {
        Path device = host.resolve("sys/devices/card");
        card(device, "eth0", "4,6-7");
        interrupt(device, 40, "mlx5_async0@pci:0000:3b:00.0");
        for (int queue = 0; queue < 4; queue++) {
            interrupt(device, 41 + queue, "mlx5_comp" + queue + "@pci:0000:3b:00.0");
        }
        Files.writeString(affinity(43), "7\n");
        Launched.Result shown = runAt("irq");
        assertThat(shown.exitCode()).isZero();
        assertThat(shown.out())
                .contains("irq 41 (eth0 mlx5_comp0@pci:0000:3b:00.0): 0-7, should be 4\n")
                .contains("irq 43 (eth0 mlx5_comp2@pci:0000:3b:00.0): 7, is its own processor\n")
                .doesNotContain("irq 40");
        assertThat(Files.readString(affinity(41))).isEqualTo("0-7\n");

        assertThat(runAt("--apply", "irq").exitCode()).isZero();
        assertThat(Files.readString(affinity(40))).isEqualTo("0-7\n");
        assertThat(Files.readString(affinity(41))).isEqualTo("4\n");
        assertThat(Files.readString(affinity(42))).isEqualTo("6\n");
        assertThat(Files.readString(affinity(43))).isEqualTo("7\n");
        assertThat(Files.readString(affinity(44))).isEqualTo("4\n");
    }

    /// Both directions of a virtio queue go to one processor; a card with one queue has nothing to spread.
    @Test
    void virtioInterruptsAreThoseOfItsBus() throws Exception {
        Path bus = host.resolve("sys/devices/bus");
        Path device = bus.resolve("virtio2");
        card(device, "eth0", "");
        Files.createDirectories(host.resolve("sys/devices/system/cpu"));
        Files.writeString(host.resolve("sys/devices/system/cpu/online"), "0-1\n");
        Files.createSymbolicLink(device.resolve("subsystem"), host.resolve("sys/bus/virtio"));
        interrupt(bus, 37, "virtio2-config");
        interrupt(bus, 38, "virtio2-input.0");
        interrupt(bus, 39, "virtio2-output.0");
        assertThat(runAt("--apply", "irq").out()).startsWith("irq: eth0 has 1 queue, nothing to spread\n");

        interrupt(bus, 40, "virtio2-input.1");
        interrupt(bus, 41, "virtio2-output.1");
        assertThat(runAt("--apply", "irq").exitCode()).isZero();
        assertThat(List.of(affinity(38), affinity(39))).allSatisfy(file -> assertThat(file).hasContent("0"));
        assertThat(List.of(affinity(40), affinity(41))).allSatisfy(file -> assertThat(file).hasContent("1"));
    }

    @Test
    void setsWhatANetworkNamespaceHasOfItsOwn() throws Exception {
        List<String> unshare = List.of("unshare", "--net");
        assumeThat(succeeds(unshare, "true")).as("root may make network namespaces").isTrue();
        Map<String, String> before = values();
        List<String> command = new ArrayList<>(unshare);
        command.addAll(List.of(
                "sh", "-c", "\"$0\" --apply net.core.somaxconn net.ipv4 && cat /proc/sys/net/core/somaxconn"
                        + " /proc/sys/net/ipv4/tcp_slow_start_after_idle && \"$0\" net.core.somaxconn net.ipv4",
                script()));
        Launched.Result result = Launched.run(host, command);
        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
        assertThat(result.out()).contains("\n65535\n0\n").contains("net.ipv4.tcp_tw_reuse: 1, is enough");
        assertThat(result.out().substring(result.out().indexOf("\n65535\n0\n"))).doesNotContain("should be");
        assertThat(values()).isEqualTo(before);
    }

    private static boolean succeeds(List<String> command, String argument) throws InterruptedException {
        List<String> whole = new ArrayList<>(command);
        whole.add(argument);
        try {
            return new ProcessBuilder(whole).start().waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private void card(Path device, String interfaceName, String near) throws IOException {
        Files.createDirectories(device);
        Files.createDirectories(host.resolve("proc"));
        Path network = Files.createDirectories(host.resolve("sys/class/net").resolve(interfaceName));
        Files.createSymbolicLink(network.resolve("device"), device);
        if (!near.isEmpty()) {
            Files.writeString(device.resolve("local_cpulist"), near + "\n");
        }
    }

    private void interrupt(Path device, int number, String name) throws IOException {
        Files.createDirectories(device.resolve("msi_irqs"));
        Files.writeString(device.resolve("msi_irqs/" + number), "msix\n");
        Path interrupts = host.resolve("proc/interrupts");
        String before = Files.exists(interrupts) ? Files.readString(interrupts) : "           CPU0       CPU1\n";
        Files.writeString(interrupts, before + "%3d:          0         19 PCI-MSIX-0000:00:03.0   1-edge      %s\n"
                .formatted(number, name));
        Files.createDirectories(affinity(number).getParent());
        Files.writeString(affinity(number), "0-7\n");
    }

    private Path affinity(int number) {
        return host.resolve("proc/irq/" + number + "/smp_affinity_list");
    }

    private void setting(String name, String value) throws IOException {
        Path file = host.resolve("proc/sys").resolve(name.replace('.', '/'));
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    private String value(String name) throws IOException {
        return Files.readString(host.resolve("proc/sys").resolve(name.replace('.', '/'))).strip();
    }

    private Launched.Result run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script()));
        command.addAll(List.of(arguments));
        return Launched.run(host, command);
    }

    /// Looks at the directory instead of this host.
    private Launched.Result runAt(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "HOST_ROOT=" + host, script()));
        command.addAll(List.of(arguments));
        return Launched.run(host, command);
    }

    private static String script() {
        return Launched.script().resolveSibling("tune-host.sh").toString();
    }
}
