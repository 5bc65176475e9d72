package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The open files of this process. Thread-safe.
///
///     DescriptorCount before = DescriptorCount.now();
///     ...
///     before.awaitNoMore();
///
/// @param sockets open sockets
/// @param pipes ends of pipes
public record DescriptorCount(long sockets, long pipes) {

    /// Counts.
    public static DescriptorCount now() {
        long sockets = 0;
        long pipes = 0;
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : open.toList()) {
                String target = target(each);
                sockets += target.startsWith("socket:") ? 1 : 0;
                pipes += target.startsWith("pipe:") ? 1 : 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new DescriptorCount(sockets, pipes);
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException _) {
            // Closed since.
            return "";
        }
    }

    /// Waits until there are no more sockets than these; a pool of pipes may have filled.
    public void awaitNoMoreSockets() {
        new DescriptorCount(sockets, Long.MAX_VALUE).awaitNoMore();
    }

    /// Waits until there are no more than these.
    public void awaitNoMore() {
        Eventually.await(() -> "at most " + this + ": " + now(), () -> {
            DescriptorCount present = now();
            return present.sockets <= sockets && present.pipes <= pipes;
        });
    }
}
