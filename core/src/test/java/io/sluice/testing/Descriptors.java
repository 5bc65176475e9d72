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

    private static final int TCP_STATE = 3;

    private static final int TCP_INODE = 9;

    private static final String TCP_LISTEN = "0A";

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
        String end = ":%04X".formatted(port);
        try (Stream<String> lines = Files.lines(Path.of("/proc/net/tcp"))) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[1].endsWith(end) && fields[TCP_STATE].equals(TCP_LISTEN))
                    .map(fields -> "socket:[" + fields[TCP_INODE] + "]")
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
