package io.sluice.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.testing.Concurrently;
import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.TestStream;
import io.sluice.testing.TestUpstream;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.LinuxConstants;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.Privileges;
import io.sluice.transport.linux.Signal;
import io.sluice.transport.linux.Sysctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Bulk transfers by a real process that has given up root, and with it the exemption from the kernel's limit of pipe
/// pages.
@Timeout(120)
class PipesAsNobodyTest {

    private static final int PAGE_BYTES = 4096;

    private static final int LARGE_PIPE_BYTES = 1 << 20;

    /// Their pipes would take twice what all may have, if they all grew.
    private static final int STALLED = 64;

    private static final long BEFORE_STALLING_BYTES = 8L << 20;

    private static final long LIVE_BYTES = 64L << 20;

    private final Path directory;

    private final Path file;

    private final LinuxCalls linux = new LinuxCalls();

    PipesAsNobodyTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("nginx.conf");
    }

    @BeforeAll
    static void build() throws Exception {
        Launched.build();
    }

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Privileges.root(), "only root can become somebody else");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring"})
    void stalledReadersUseUpTheBudgetAndALiveTransferGoesOn(String transport) throws Exception {
        int budget = Sysctl.read("fs/pipe-user-pages-soft").orElse(0) / 2;
        assumeTrue(budget > 0, "this kernel has no limit of pipe pages");
        int port = FreePorts.next();
        try (TestUpstream source = TestUpstream.start(socket -> new TestStream(3).sendUntilFailure(socket.getOutputStream()));
                Launched sluice = start(transport, port, source)) {
            sluice.awaitFile(directory.resolve("sluice.pid"));
            int atStart = pages(pipes(sluice));
            List<Socket> open = new ArrayList<>();
            try {
                List<Concurrently.Task> readers = new ArrayList<>();
                for (int i = 0; i < STALLED; i++) {
                    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
                    open.add(socket);
                    readers.add(() -> new TestStream(3).receive(socket.getInputStream(), BEFORE_STALLING_BYTES));
                }
                Concurrently.run(readers.toArray(Concurrently.Task[]::new));
                Eventually.await(() -> "no room for a large pipe: " + pipes(sluice),
                        () -> pages(pipes(sluice)) - atStart > budget - LARGE_PIPE_BYTES / PAGE_BYTES);

                Socket live = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
                open.add(live);
                new TestStream(3).receive(live.getInputStream(), LIVE_BYTES);
                assertThat(pages(pipes(sluice)) - atStart).isLessThanOrEqualTo(budget);
                assertThat(pipes(sluice)).contains(LARGE_PIPE_BYTES);
            } finally {
                for (Socket each : open) {
                    each.close();
                }
            }
            sluice.signal(Signal.QUIT);
            assertThat(sluice.awaitExit()).isZero();
            assertThat(Files.readString(directory.resolve("error.log"))).isEmpty();
        }
    }

    private Launched start(String transport, int port, TestUpstream source) throws IOException {
        Files.writeString(file, """
                user nobody nogroup;
                worker_processes 1;
                error_log error.log warn;
                pid sluice.pid;
                events {}
                stream { server { listen 127.0.0.1:%d; proxy_pass %s; } }
                """.formatted(port, source.address()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return Launched.start(directory, List.of(
                "env", "SLUICE_JAVA_OPTS=-Dsluice.transport=" + transport, Launched.script().toString(), "-p",
                directory.toString(), "-c", file.toString()));
    }

    /// The sizes of the process's pipes.
    private List<Integer> pipes(Launched sluice) {
        Set<Path> seen = new HashSet<>();
        List<Integer> sizes = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + sluice.pid() + "/fd"))) {
            for (Path each : descriptors.toList()) {
                if (Files.exists(each, LinkOption.NOFOLLOW_LINKS)) {
                    Path target = Files.readSymbolicLink(each);
                    if (target.toString().startsWith("pipe:") && seen.add(target)) {
                        sizes.add(size(each));
                    }
                }
            }
            return sizes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int size(Path pipe) {
        long path = linux.allocate(256);
        NativeMemory.putString(path, pipe.toString());
        int fd = linux.open(path, LinuxConstants.O_NONBLOCK | LinuxConstants.O_CLOEXEC, 0);
        linux.free(path);
        int size = linux.fcntl(fd, LinuxConstants.F_GETPIPE_SZ, 0);
        linux.close(fd);
        return Math.max(size, 0);
    }

    private static int pages(List<Integer> pipes) {
        return pipes.stream().mapToInt(Integer::intValue).sum() / PAGE_BYTES;
    }
}
