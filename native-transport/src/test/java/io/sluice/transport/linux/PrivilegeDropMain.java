package io.sluice.transport.linux;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/// The child process of [PrivilegesTest]: becomes `nobody` and prints what it can still do. Used by tests only.
final class PrivilegeDropMain {

    /// Any of these free ports will do; loopback only.
    static final int PRIVILEGED_PORTS = 1000;

    private static final int TRIES = 20;

    private PrivilegeDropMain() {}

    public static void main(String[] arguments) throws Exception {
        try (var other = Executors.newSingleThreadExecutor()) {
            CompletableFuture.runAsync(() -> {}, other).join(); // the thread exists before the drop
            Privileges.drop(Account.find("nobody", Optional.empty()), arguments[0].equals("keep"));
            System.out.println("threads of " + String.join(" | ", userIdsOfAllThreads()));
            System.out.println("binder binds: " + binds());
            System.out.println("other binds: "
                    + CompletableFuture.supplyAsync(PrivilegeDropMain::binds, other).join());
            System.out.println("back to root: " + new ProcessCalls().setUser(0));
            System.out.println("reads /proc/self: " + Files.isReadable(Path.of("/proc/self/environ")));
        }
    }

    private static boolean binds() {
        for (int port = PRIVILEGED_PORTS; port > PRIVILEGED_PORTS - TRIES; port--) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return true;
            } catch (IOException e) {
                // in use, or not allowed: the next port tells which
            }
        }
        return false;
    }

    private static Set<String> userIdsOfAllThreads() throws IOException {
        Set<String> ids = new TreeSet<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                try (Stream<String> lines = Files.lines(task.resolve("status"))) {
                    lines.filter(line -> line.startsWith("Uid:"))
                            .map(line -> line.substring("Uid:".length()).strip().replace('\t', ' '))
                            .forEach(ids::add);
                }
            }
        }
        return ids;
    }
}
