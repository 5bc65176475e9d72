package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Live memory of a Java process, asked of the process itself by jcmd. Immutable.
///
/// @param heapBytes objects that are reachable, after a full collection
/// @param nativeBytes taken by malloc(3) and not given back
record JvmMemory(long heapBytes, long nativeBytes) {

    private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private static final Pattern MALLOC_TOTAL =
            Pattern.compile("<(?:total|system) type=\"(fast|rest|mmap|current)\"(?: count=\"\\d+\")? size=\"(\\d+)\"/>");

    /// Collects garbage in the process, then counts.
    ///
    /// @param process not this one: it stands still while it answers, and so could not read the answer
    static JvmMemory of(ProcessHandle process) throws IOException, InterruptedException {
        String histogram = jcmd(process, "GC.class_histogram");
        Matcher total = HISTOGRAM_TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IOException("no total in the class histogram of process " + process.pid());
        }
        return new JvmMemory(Long.parseLong(total.group(1)), mallocBytes(jcmd(process, "System.native_heap_info")));
    }

    private static String jcmd(ProcessHandle process, String command) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return Command.run(List.of(jcmd, Long.toString(process.pid()), command)).orFail().output();
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
