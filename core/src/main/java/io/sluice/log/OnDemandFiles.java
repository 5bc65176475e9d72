package io.sluice.log;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.variable.ByteText;

/// Files whose names are evaluated for each line: opened when a line needs them, the least recently used closed when they
/// are too many. Confined to whoever holds the lock of [Logs].
///
/// A file stays open for ten seconds at most, so that lines go to a new one soon after it was moved away.
final class OnDemandFiles {

    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Descriptors descriptors;

    private final WriteErrors.Reporter reporter;

    private final WriteErrors openErrors;

    private final int capacity;

    private final LinkedHashMap<String, Opened> files = new LinkedHashMap<>(16, 0.75f, true);

    OnDemandFiles(Descriptors descriptors, WriteErrors.Reporter reporter, int capacity) {
        this.descriptors = descriptors;
        this.reporter = reporter;
        this.openErrors = new WriteErrors(reporter);
        this.capacity = capacity;
    }

    /// The file of this path, opened; null when it cannot be, which has been reported.
    ///
    /// Parts of the path may be what strangers sent: one that leads upwards or holds control characters is refused.
    ///
    /// @param root a directory that has to exist; empty: none
    @Nullable Destination open(String path, String root, long nowNanos) {
        Opened opened = files.get(path);
        if (opened != null) {
            return opened.file;
        }
        if (!isSafe(path)) {
            openErrors.report(LogLevel.CRIT, "\"" + path + "\" is not allowed as the name of a log file");
            return null;
        }
        if (!root.isEmpty() && !isDirectory(root)) {
            openErrors.report(LogLevel.ERROR, "testing \"" + root + "\" existence failed (2: No such file or directory)");
            return null;
        }
        FileDestination file = new FileDestination(descriptors, path, reporter);
        int result = file.open();
        if (result < 0) {
            openErrors.report(LogLevel.CRIT, file.openFailed(result));
            return null;
        }
        files.put(path, new Opened(file, nowNanos));
        if (files.size() > capacity) {
            files.pollFirstEntry().getValue().file.close();
        }
        return file;
    }

    void closeStale(long nowNanos) {
        Iterator<Opened> iterator = files.values().iterator();
        while (iterator.hasNext()) {
            Opened opened = iterator.next();
            if (nowNanos - opened.sinceNanos >= STALE_NANOS) {
                iterator.remove();
                opened.file.close();
            }
        }
    }

    /// How long until [#closeStale] has something to do; `Long.MAX_VALUE` when nothing is open.
    long nanosUntilStale(long nowNanos) {
        long nanos = Long.MAX_VALUE;
        for (Opened opened : files.values()) {
            nanos = Math.min(nanos, STALE_NANOS - (nowNanos - opened.sinceNanos));
        }
        return nanos;
    }

    void closeAll() {
        files.values().forEach(opened -> opened.file.close());
        files.clear();
    }

    /// How many are open.
    int size() {
        return files.size();
    }

    private static boolean isDirectory(String path) {
        try {
            return Files.isDirectory(Path.of(ByteText.decode(path)));
        } catch (InvalidPathException _) {
            return false;
        }
    }

    private static boolean isSafe(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) < ' ') {
                return false;
            }
        }
        return !("/" + path + "/").contains("/../");
    }

    private record Opened(FileDestination file, long sinceNanos) {}
}
