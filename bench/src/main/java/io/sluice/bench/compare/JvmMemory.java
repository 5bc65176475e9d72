package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Live memory of a Java process, asked of the process itself by jcmd. Immutable.
///
/// @param heapBytes objects that are reachable, after a full collection
/// @param nativeBytes taken by malloc(3) and not given back, but for what the JVM's compilers work with: they keep megabytes
///     of it for the next time, now more and now less
record JvmMemory(long heapBytes, long nativeBytes) {

    private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private static final Pattern MALLOC_TOTAL =
            Pattern.compile("<(?:total|system) type=\"(fast|rest|mmap|current)\"(?: count=\"\\d+\")? size=\"(\\d+)\"/>");

    /// What belongs to compilers in the summary of native memory tracking.
    private static final Pattern COMPILERS =
            Pattern.compile("-\\s+(?:Compiler|Code|Arena Chunk) \\(reserved=(?:[^\\n]|\\n(?!\\s*\\n))*");

    private static final Pattern KILOBYTES = Pattern.compile("\\((?:malloc|arena|tracking overhead)=(\\d+)KB");

    private static final Pattern TRACKING = Pattern.compile("\\(tracking overhead=\\d+KB");

    /// Collects garbage in the process, then counts.
    ///
    /// @param process not this one: it stands still while it answers, and so could not read the answer
    static JvmMemory of(ProcessHandle process) throws IOException, InterruptedException {
        String histogram = jcmd(process, "GC.class_histogram");
        Matcher total = HISTOGRAM_TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IOException("no total in the class histogram of process " + process.pid());
        }
        long compilers = compilerBytes(jcmd(process, "VM.native_memory", "summary"));
        long malloc = mallocBytes(jcmd(process, "System.native_heap_info"));
        return new JvmMemory(Long.parseLong(total.group(1)), malloc - compilers);
    }

    private static String jcmd(ProcessHandle process, String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        line.add(Long.toString(process.pid()));
        line.addAll(List.of(command));
        return Command.run(line).orFail().output();
    }

    /// Adds up what compilers and the tracking itself have of malloc(3).
    static long compilerBytes(String summary) throws IOException {
        Matcher tracking = TRACKING.matcher(summary);
        if (!tracking.find()) {
            throw new IOException("native memory is not tracked; a program that is not the launcher needs"
                    + " -XX:NativeMemoryTracking=summary: " + summary.strip());
        }
        long kilobytes = kilobytes(tracking.group());
        Matcher category = COMPILERS.matcher(summary);
        while (category.find()) {
            kilobytes += kilobytes(category.group());
        }
        return kilobytes * 1024;
    }

    private static long kilobytes(String text) {
        long sum = 0;
        Matcher number = KILOBYTES.matcher(text);
        while (number.find()) {
            sum += Long.parseLong(number.group(1));
        }
        return sum;
    }

    /// Adds up what malloc_info(3) says of the whole process, after its last arena.
    static long mallocBytes(String mallocInfo) throws IOException {
        int lastArena = mallocInfo.lastIndexOf("</heap>");
        if (lastArena < 0) {
            throw new IOException("not the output of malloc_info: " + mallocInfo);
        }
        long bytes = 0;
        Matcher total = MALLOC_TOTAL.matcher(mallocInfo);
        total.region(lastArena, mallocInfo.length());
        while (total.find()) {
            long size = Long.parseLong(total.group(2));
            boolean free = total.group(1).equals("fast") || total.group(1).equals("rest");
            bytes += free ? -size : size;
        }
        return bytes;
    }
}
