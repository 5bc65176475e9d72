package io.sluice.http.files;

import java.util.HashMap;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.channel.FileSection;
import io.sluice.transport.linux.Errno;

/// Files of which only the status exists, errors among them. Confined to its worker's event loop.
final class FakeFiles implements FileAccess {

    private final Map<String, FileStatus> statusByPath = new HashMap<>();

    private int open;

    FakeFiles regular(String path) {
        statusByPath.put(path, FileStatus.of(FileStatus.Kind.REGULAR, 10, 1000));
        return this;
    }

    FakeFiles directory(String path) {
        statusByPath.put(path, FileStatus.of(FileStatus.Kind.DIRECTORY, 0, 1000));
        return this;
    }

    FakeFiles other(String path) {
        statusByPath.put(path, FileStatus.of(FileStatus.Kind.OTHER, 0, 1000));
        return this;
    }

    FakeFiles failing(String path, int error) {
        statusByPath.put(path, FileStatus.failed("open()", error));
        return this;
    }

    /// How many are open.
    int open() {
        return open;
    }

    @Override
    public OpenedFile open(String path) {
        FileStatus status = statusByPath.getOrDefault(path, FileStatus.failed("open()", Errno.ENOENT));
        open++;
        return new OpenedFile() {
            @Override
            public FileStatus status() {
                return status;
            }

            @Override
            public FileSection section(long offset, long length) {
                throw new AssertionError("nothing to send");
            }

            @Override
            public int read(long offset, ByteBuf into, int length) {
                throw new AssertionError("nothing to read");
            }

            @Override
            public void close() {
                open--;
            }
        };
    }

    @Override
    public FileStatus status(String path) {
        FileStatus status = statusByPath.getOrDefault(path, FileStatus.failed("stat()", Errno.ENOENT));
        return status.hasFailed() ? FileStatus.failed("stat()", status.error()) : status;
    }

    @Override
    public @Nullable String realPath(String path) {
        return statusByPath.containsKey(path) ? "/real" + path : null;
    }
}
