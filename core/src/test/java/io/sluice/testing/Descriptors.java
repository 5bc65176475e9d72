package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The descriptors of a process as the kernel lists them. Thread-safe.
public final class Descriptors {

    private static final int STATE = 3;

    private static final int INODE = 9;

    private static final String TCP_LISTEN = "0A";

    private static final String UDP_UNCONNECTED = "07";

    private Descriptors() {}

    /// Of this JVM, what each of them is, sorted: `socket:[123]`, a path. What the JVM opens to load classes is left out.
    public static List<String> open() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(Descriptors::target)
                    .filter(target -> !target.isEmpty() && !target.endsWith(".jar") && !target.startsWith("/proc"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException _) {
            return ""; // closed meanwhile
        }
    }

    /// The sockets that listen on an IPv4 port, each with its inode number, which no two sockets share in their lives:
    /// `socket:[123]`.
    public static Set<String> listening(int port) {
        return sockets("tcp", port, TCP_LISTEN);
    }

    /// As [#listening], of UDP: those that are not connected.
    public static Set<String> bound(int port) {
        return sockets("udp", port, UDP_UNCONNECTED);
    }

    private static Set<String> sockets(String protocol, int port, String state) {
        String end = ":%04X".formatted(port);
        try (Stream<String> lines = Files.lines(Path.of("/proc/net", protocol))) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[1].endsWith(end) && fields[STATE].equals(state))
                    .map(fields -> "socket:[" + fields[INODE] + "]")
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
