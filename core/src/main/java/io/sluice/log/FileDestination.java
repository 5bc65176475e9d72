package io.sluice.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

import io.sluice.config.model.LogLevel;
import io.sluice.config.model.Position;
import io.sluice.transport.linux.Errno;
import io.sluice.variable.ByteText;

/// A file that lines are appended to, perhaps by way of a buffer. Confined to whoever holds the lock of [Logs].
///
/// After the disk was found full, lines are dropped for a second instead of trying again for each.
final class FileDestination implements Destination {

    private static final int CLOSED = -1;

    private static final long DISK_FULL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Descriptors descriptors;

    private final String path;

    private final WriteErrors errors;

    private final LineBuffer pending = new LineBuffer();

    private Buffering buffering = Buffering.NONE;

    private int fd = CLOSED;

    // When the first of the pending lines came.
    private long pendingSince;

    private boolean diskFull;

    private long diskFullSince;

    /// @param path as bytes ([ByteText])
    FileDestination(Descriptors descriptors, String path, WriteErrors.Reporter reporter) {
        this.descriptors = descriptors;
        this.path = path;
        this.errors = new WriteErrors(reporter);
    }

    @Override
    public Object key() {
        return path;
    }

    /// The path, as bytes.
    String path() {
        return path;
    }

    /// Changes how lines wait; what has waited so far is written.
    void buffer(Buffering wanted) {
        if (!wanted.equals(buffering)) {
            flush(Long.MAX_VALUE);
            buffering = wanted;
        }
    }

    @Override
    public void open(Position position) throws LogOpenException {
        int result = open();
        if (result == -Errno.ENOENT && position.equals(Position.NONE) && makeFolder()) {
            result = open();
        }
        if (result < 0) {
            throw new LogOpenException(position, openFailed(result));
        }
    }

    /// Nobody asked for this file: it is nginx's default, whose folder an installation of nginx has.
    private boolean makeFolder() {
        Path folder = Path.of(ByteText.decode(path)).getParent();
        try {
            return folder != null && Files.isDirectory(Files.createDirectories(folder));
        } catch (IOException _) {
            // What is told is that the file cannot be opened.
            return false;
        }
    }

    /// As [#open(Position)], but returns a negated error number.
    int open() {
        if (fd == CLOSED) {
            int opened = descriptors.openFile(path);
            if (opened < 0) {
                return opened;
            }
            fd = opened;
        }
        return 0;
    }

    /// nginx's sentence for a file that [#open()] could not open.
    String openFailed(int result) {
        return "open() \"" + ByteText.decode(path) + "\" failed (" + Errno.describe(-result) + ")";
    }

    @Override
    public void write(LineBuffer line, int severity, long wallMillis) {
        line.append('\n');
        put(line.bytes(), line.length());
    }

    /// Writes a line without its end, or lets it wait in the buffer.
    void writeBuffered(LineBuffer line, long nowNanos) {
        line.append('\n');
        if (pending.length() + line.length() > buffering.bytes()) {
            flush(Long.MAX_VALUE);
        }
        if (line.length() > buffering.bytes()) {
            writeOut(line);
            return;
        }
        if (pending.length() == 0) {
            pendingSince = nowNanos;
        }
        pending.append(line.bytes(), line.length());
    }

    @Override
    public void flush(long nowNanos) {
        if (pending.length() > 0 && (nowNanos == Long.MAX_VALUE || nanosUntilFlush(nowNanos) <= 0)) {
            writeOut(pending);
            pending.clear();
        }
    }

    @Override
    public long nanosUntilFlush(long nowNanos) {
        return pending.length() == 0 || buffering.flushNanos() == 0
                ? Long.MAX_VALUE
                : buffering.flushNanos() - (nowNanos - pendingSince);
    }

    @Override
    public void reopen() {
        if (fd == CLOSED) {
            return;
        }
        flush(Long.MAX_VALUE);
        int opened = descriptors.openFile(path);
        if (opened < 0) {
            // The old file goes on being written: better there than nowhere.
            errors.report(LogLevel.EMERG, openFailed(opened));
            return;
        }
        descriptors.close(fd);
        fd = opened;
    }

    @Override
    public void close() {
        flush(Long.MAX_VALUE);
        if (fd != CLOSED) {
            descriptors.close(fd);
            fd = CLOSED;
        }
    }

    private void writeOut(LineBuffer lines) {
        if (buffering.gzipLevel() == 0) {
            put(lines.bytes(), lines.length());
        } else {
            byte[] compressed = gzip(lines);
            put(compressed, compressed.length);
        }
    }

    /// One complete gzip member, so that the file is valid after each write.
    private byte[] gzip(LineBuffer lines) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(lines.length() / 4 + 64);
        try (GZIPOutputStream gzip = new LeveledGzip(compressed, buffering.gzipLevel())) {
            gzip.write(lines.bytes(), 0, lines.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return compressed.toByteArray();
    }

    private void put(byte[] bytes, int length) {
        if (fd == CLOSED || (diskFull && System.nanoTime() - diskFullSince < DISK_FULL_NANOS)) {
            return;
        }
        int result = descriptors.writeFully(fd, bytes, length);
        diskFull = result == -Errno.ENOSPC;
        if (diskFull) {
            diskFullSince = System.nanoTime();
        }
        if (result < 0) {
            errors.report(
                    LogLevel.ALERT,
                    "write() to \"" + ByteText.decode(path) + "\" failed (" + Errno.describe(-result) + ")");
        }
    }

    private static final class LeveledGzip extends GZIPOutputStream {

        LeveledGzip(OutputStream out, int level) throws IOException {
            super(out);
            def.setLevel(level);
        }
    }
}
