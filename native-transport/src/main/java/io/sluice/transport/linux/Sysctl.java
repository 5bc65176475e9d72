package io.sluice.transport.linux;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Numbers below /proc/sys, proc(5). Immutable.
///
/// The kernel tells one in a single read(2) and ends the file after it, however little was asked for. `Files.readString`
/// begins with a single byte, and so with the first digit at most.
public final class Sysctl {

    private static final Path ROOT = Path.of("/proc/sys");

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private Sysctl() {}

    /// A setting's number; empty where the kernel has no such setting or hides it.
    ///
    /// @param name with slashes, as in `fs/pipe-user-pages-soft`
    public static OptionalInt read(String name) {
        int[] numbers = readAll(name);
        return numbers.length == 1 ? OptionalInt.of(numbers[0]) : OptionalInt.empty();
    }

    /// The numbers of a setting that has several, as `net/ipv4/ip_local_port_range`; none where [#read] would be empty.
    public static int[] readAll(String name) {
        try (BufferedReader reader = Files.newBufferedReader(ROOT.resolve(name))) {
            String line = reader.readLine();
            return line == null
                    ? new int[0]
                    : BLANKS.splitAsStream(line.strip()).mapToInt(Integer::parseInt).toArray();
        } catch (IOException | NumberFormatException _) {
            return new int[0];
        }
    }
}
