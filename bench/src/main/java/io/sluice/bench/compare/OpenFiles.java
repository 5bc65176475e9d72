package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/// What the descriptors of a proxy stand for, by the links of /proc/PID/fd. Immutable.
///
/// @param links two ends of one pipe are the same
record OpenFiles(Set<String> links) {

    static OpenFiles of(RunningProxy proxy) throws IOException {
        Set<String> links = new HashSet<>();
        for (ProcessHandle process : proxy.processes()) {
            try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
                for (Path descriptor : descriptors.toList()) {
                    links.add(target(descriptor));
                }
            }
        }
        return new OpenFiles(links);
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException _) {
            // It was closed meanwhile.
            return "";
        }
    }

    int pipes() {
        return (int) links.stream().filter(link -> link.startsWith("pipe:")).count();
    }

    boolean hasRing() {
        return links.contains("anon_inode:[io_uring]");
    }
}
