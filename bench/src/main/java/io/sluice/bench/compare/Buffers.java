package io.sluice.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What one direction of a session may hold in user space, by configurations that the programs have taken. Immutable.
final class Buffers {

    private static final Pattern SIZE =
            Pattern.compile("(?m)^\\s*(proxy_buffer_size|tune\\.bufsize)\\s+(\\d+)(k?)");

    private static final int BYTES_PER_K = 1024;

    private Buffers() {}

    /// A finding for each, held against the first one.
    static List<Finding> compare(Map<String, String> configurations) {
        SequencedMap<String, Long> sizes = new LinkedHashMap<>();
        List<Finding> findings = new ArrayList<>();
        configurations.forEach((name, text) -> {
            Matcher size = SIZE.matcher(text);
            if (size.find()) {
                sizes.put(name, Long.parseLong(size.group(2)) * (size.group(3).isEmpty() ? 1 : BYTES_PER_K));
            } else {
                findings.add(new Finding(name, Verdict.UNKNOWN, "its configuration sets no size of buffers"));
            }
        });
        sizes.forEach((name, bytes) -> findings.add(Finding.of(
                name, bytes.equals(sizes.firstEntry().getValue()),
                "%,d bytes of buffer for one direction of a session, as configured".formatted(bytes))));
        return findings;
    }
}
