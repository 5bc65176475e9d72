package io.sluice.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.testing.FreePorts;
import io.sluice.transport.linux.Privileges;
import io.sluice.transport.linux.Signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// A real process on a host that forbids something: what it says, and whether it serves all the same.
class RefusedCallsTest {

    private static final Path IO_URING_DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");

    private static final String FOR_NOBODY = "2";

    private static final int PRIVILEGED = 879;

    private final Path directory;

    private final Path file;

    RefusedCallsTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("nginx.conf");
    }

    @BeforeAll
    static void build() throws Exception {
        Launched.build();
    }

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Privileges.root(), "only root can forbid something, or be somebody else");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private void configure(String listen) throws IOException {
        Files.writeString(file, """
                worker_processes 1;
                error_log stderr notice;
                pid sluice.pid;
                events {}
                stream { server { listen %s; return hello; } }
                """.formatted(listen));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void withoutIoUringItServesOnEpollAndSaysWhy() throws Exception {
        assumeTrue(Files.isWritable(IO_URING_DISABLED), "this kernel has no switch for io_uring");
        configure("127.0.0.1:" + FreePorts.next());
        String before = Files.readString(IO_URING_DISABLED);
        try {
            Files.writeString(IO_URING_DISABLED, FOR_NOBODY);
            try (Launched sluice = Launched.start(directory, "-p", directory.toString(), "-c", file.toString())) {
                assertThat(sluice.awaitLine("transport epoll")).contains("io_uring").contains("kernel.io_uring_disabled");
                sluice.awaitFile(directory.resolve("sluice.pid"));
                sluice.signal(Signal.QUIT);
                assertThat(sluice.awaitExit()).isZero();
            }
        } finally {
            Files.writeString(IO_URING_DISABLED, before);
        }
    }

    @Test
    void aPlainUserIsToldThatAPortIsPrivileged() throws Exception {
        List<String> reads = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "test", "-r", Launched.script().toString());
        assumeTrue(new ProcessBuilder(reads).start().waitFor() == 0, "a plain user cannot read this checkout");
        configure("127.0.0.1:" + PRIVILEGED);
        List<String> command = new ArrayList<>(List.of(
                "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Launched.script().toString()));
        command.addAll(List.of("-p", directory.toString(), "-c", file.toString()));
        Launched.Result result = Launched.run(directory, command);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("[emerg]")
                .contains("bind() to 127.0.0.1:" + PRIVILEGED + " failed (13: Permission denied)")
                .contains("net.ipv4.ip_unprivileged_port_start");
        assertThat(directory.resolve("sluice.pid")).doesNotExist();
    }
}
