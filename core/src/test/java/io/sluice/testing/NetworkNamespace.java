package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.Privileges;

/// A network of its own (ip-netns(8)), for links that the loopback interface cannot be. Thread-safe.
///
///     try (NetworkNamespace here = NetworkNamespace.create("here");
///             NetworkNamespace there = NetworkNamespace.create("there")) {
///         here.connect("there0", "10.77.1.1/24", there, "eth0", "10.77.1.2/24");
///         RunningProxy proxy = here.call(() -> RunningProxy.start(...));
///
/// Namespaces are a matter of threads: sockets opened in [#call] belong there for good, and so do those of threads that were
/// started in it.
public final class NetworkNamespace implements AutoCloseable {

    private static final int CLONE_NEWNET = 0x40000000;

    private static final int O_RDONLY = 0;

    private static final Path PROGRAM = Path.of("/usr/sbin/ip");

    private static final MethodHandle SETNS = setns();

    private final String name;

    private NetworkNamespace(String name) {
        this.name = name;
    }

    @SuppressWarnings("restricted") // what LinuxCalls does not need
    private static MethodHandle setns() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setns"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    /// Whether this process may make any.
    public static boolean arePossible() {
        if (!Privileges.root() || !Files.isExecutable(PROGRAM)) {
            return false;
        }
        String probe = unique("probe");
        return succeeds("ip", "netns", "add", probe) && succeeds("ip", "netns", "del", probe);
    }

    /// Makes one, with its loopback interface up.
    public static NetworkNamespace create(String name) {
        NetworkNamespace created = new NetworkNamespace(unique(name));
        check("ip", "netns", "add", created.name);
        created.ip("link", "set", "dev", "lo", "up");
        return created;
    }

    private static String unique(String name) {
        return "sluice-" + ProcessHandle.current().pid() + "-" + name;
    }

    /// Joins two by a pair of virtual Ethernet devices, each with an address.
    public void connect(String device, String address, NetworkNamespace other, String otherDevice, String otherAddress) {
        ip("link", "add", device, "type", "veth", "peer", "name", otherDevice, "netns", other.name);
        up(device, address);
        other.up(otherDevice, otherAddress);
    }

    private void up(String device, String address) {
        List<String> add = new ArrayList<>(List.of("address", "add", address, "dev", device));
        if (address.contains(":")) {
            add.add("nodad"); // without a second of waiting for others that have it
        }
        ip("link", "set", "dev", device, "addrgenmode", "none");
        ip("link", "set", "dev", device, "up");
        ip(add.toArray(String[]::new));
    }

    /// Runs `ip` with these arguments inside.
    public void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        check(command.toArray(String[]::new));
    }

    /// Whether a program that is run inside ends with 0.
    public boolean runs(String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(command));
        return succeeds(all.toArray(String[]::new));
    }

    /// The number of a device, which is the scope of its link-local addresses.
    public int index(String device) {
        String line = output("ip", "-n", name, "-o", "link", "show", "dev", device);
        return Integer.parseInt(line.substring(0, line.indexOf(':')));
    }

    /// What a call gives that is made inside.
    public <T> T call(Callable<T> callable) {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter();
            return callable.call();
        });
        Thread.ofPlatform().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new AssertionError("inside " + name + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void enter() {
        LinuxCalls linux = new LinuxCalls();
        byte[] path = ("/run/netns/" + name + "\0").getBytes(StandardCharsets.UTF_8);
        long memory = linux.allocate(path.length);
        NativeMemory.put(memory, path, 0, path.length);
        int fd = linux.open(memory, O_RDONLY, 0);
        linux.free(memory);
        int entered = setns(fd);
        linux.close(fd);
        if (entered != 0) {
            throw new IllegalStateException("cannot enter " + name);
        }
    }

    private static int setns(int fd) {
        try {
            return (int) SETNS.invokeExact(fd, CLONE_NEWNET);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(String... command) {
        output(command);
    }

    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean succeeds(String... command) {
        try {
            output(command);
            return true;
        } catch (AssertionError _) {
            return false;
        }
    }

    @Override
    public void close() {
        check("ip", "netns", "del", name);
    }
}
