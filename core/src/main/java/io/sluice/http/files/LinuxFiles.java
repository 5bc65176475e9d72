package io.sluice.http.files;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.channel.FileSection;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

import static io.sluice.transport.linux.LinuxConstants.AT_EMPTY_PATH;
import static io.sluice.transport.linux.LinuxConstants.AT_FDCWD;
import static io.sluice.transport.linux.LinuxConstants.O_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.O_NONBLOCK;
import static io.sluice.transport.linux.LinuxConstants.O_RDONLY;
import static io.sluice.transport.linux.LinuxConstants.PATH_MAX;
import static io.sluice.transport.linux.LinuxConstants.STATX_MODE;
import static io.sluice.transport.linux.LinuxConstants.STATX_MTIME;
import static io.sluice.transport.linux.LinuxConstants.STATX_OFFSET_MODE;
import static io.sluice.transport.linux.LinuxConstants.STATX_OFFSET_MTIME;
import static io.sluice.transport.linux.LinuxConstants.STATX_OFFSET_SIZE;
import static io.sluice.transport.linux.LinuxConstants.STATX_SIZE;
import static io.sluice.transport.linux.LinuxConstants.STATX_TYPE;
import static io.sluice.transport.linux.LinuxConstants.S_IFDIR;
import static io.sluice.transport.linux.LinuxConstants.S_IFMT;
import static io.sluice.transport.linux.LinuxConstants.S_IFREG;

/// The machine's files. Confined to its worker's event loop.
///
/// By system calls and not by `java.nio`, since a path is bytes in no particular encoding, an error number decides what is
/// answered, and the descriptor is what sendfile(2) takes.
public final class LinuxFiles implements FileAccess {

    private static final int MASK = STATX_TYPE | STATX_MODE | STATX_SIZE | STATX_MTIME;

    private final LinuxCalls linux;

    private final long pathMemory = NativeMemory.allocateForever(PATH_MAX, 1);

    private final long resultMemory = NativeMemory.allocateForever(PATH_MAX, 8);

    /// One for each worker: it keeps its memory for good.
    public LinuxFiles(LinuxCalls linux) {
        this.linux = linux;
    }

    @Override
    public OpenedFile open(String path) {
        int error = put(path);
        if (error != 0) {
            return new NotOpened(FileStatus.failed("open()", error));
        }
        int fd = linux.open(pathMemory, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
        if (fd < 0) {
            return new NotOpened(FileStatus.failed("open()", -fd));
        }
        NativeMemory.putByte(pathMemory, (byte) 0);
        FileStatus status = status("fstat()", fd, AT_EMPTY_PATH);
        if (status.kind() != FileStatus.Kind.REGULAR) {
            linux.close(fd);
            return new NotOpened(status);
        }
        return new Descriptor(status, new FileSection(linux, fd, 0, status.size()));
    }

    @Override
    public FileStatus status(String path) {
        int error = put(path);
        return error == 0 ? status("stat()", AT_FDCWD, 0) : FileStatus.failed("stat()", error);
    }

    @Override
    public @Nullable String realPath(String path) {
        if (put(path) != 0 || linux.realPath(pathMemory, resultMemory) < 0) {
            return null;
        }
        int length = 0;
        while (NativeMemory.getByte(resultMemory + length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        NativeMemory.get(resultMemory, bytes, 0, length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private FileStatus status(String call, int directory, int flags) {
        int result = linux.statx(directory, pathMemory, flags, MASK, resultMemory);
        if (result < 0) {
            return FileStatus.failed(call, -result);
        }
        int type = NativeMemory.getShort(resultMemory + STATX_OFFSET_MODE) & S_IFMT;
        FileStatus.Kind kind = switch (type) {
            case S_IFREG -> FileStatus.Kind.REGULAR;
            case S_IFDIR -> FileStatus.Kind.DIRECTORY;
            default -> FileStatus.Kind.OTHER;
        };
        return FileStatus.of(
                kind,
                NativeMemory.getLong(resultMemory + STATX_OFFSET_SIZE),
                NativeMemory.getLong(resultMemory + STATX_OFFSET_MTIME));
    }

    /// The error number that the path cannot even be asked for with, or 0. A path is never cut short: what is before a
    /// zero byte may well be a file.
    private int put(String path) {
        if (path.length() >= PATH_MAX) {
            return Errno.ENAMETOOLONG;
        }
        if (path.indexOf(0) >= 0) {
            return Errno.ENOENT;
        }
        byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
        NativeMemory.put(pathMemory, bytes, 0, bytes.length);
        NativeMemory.putByte(pathMemory + bytes.length, (byte) 0);
        return 0;
    }

    private record Descriptor(FileStatus status, FileSection whole) implements OpenedFile {

        @Override
        public FileSection section(long offset, long length) {
            return whole.part(offset, length);
        }

        @Override
        public int read(long offset, ByteBuf into, int length) {
            return whole.read(offset, into, length);
        }

        @Override
        public void close() {
            whole.release();
        }
    }

    /// An error, a directory or something that is no file.
    private record NotOpened(FileStatus status) implements OpenedFile {

        @Override
        public FileSection section(long offset, long length) {
            throw new IllegalStateException("nothing is open");
        }

        @Override
        public int read(long offset, ByteBuf into, int length) {
            throw new IllegalStateException("nothing is open");
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
