package io.sluice.log;

import java.net.SocketAddress;

import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;
import io.sluice.variable.ByteText;

import static io.sluice.transport.linux.LinuxConstants.MSG_DONTWAIT;
import static io.sluice.transport.linux.LinuxConstants.MSG_NOSIGNAL;
import static io.sluice.transport.linux.LinuxConstants.O_APPEND;
import static io.sluice.transport.linux.LinuxConstants.O_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.O_CREAT;
import static io.sluice.transport.linux.LinuxConstants.O_WRONLY;
import static io.sluice.transport.linux.LinuxConstants.SOCK_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.SOCK_DGRAM;
import static io.sluice.transport.linux.LinuxConstants.SOCK_NONBLOCK;

/// Files and datagram sockets by descriptor, so that errors are the kernel's own numbers and an interrupted thread does
/// not close a log. Confined to whoever holds the lock of [Logs]. Results below zero are negated error numbers.
final class Descriptors {

    private static final int FILE_MODE = 0644;

    private static final int MAX_PATH_BYTES = 4096;

    private static final int CHUNK_BYTES = 64 * 1024;

    private static final int ENAMETOOLONG = 36;

    private final LinuxCalls linux = new LinuxCalls();

    private final long chunk = NativeMemory.allocateForever(CHUNK_BYTES, Long.BYTES);

    /// Opens a file for appending, and creates it if need be.
    ///
    /// @param path as bytes ([ByteText])
    int openFile(String path) {
        byte[] bytes = ByteText.bytes(path);
        if (bytes.length >= MAX_PATH_BYTES) {
            return -ENAMETOOLONG;
        }
        NativeMemory.put(chunk, bytes, 0, bytes.length);
        NativeMemory.putByte(chunk + bytes.length, (byte) 0);
        return linux.open(chunk, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, FILE_MODE);
    }

    /// Writes everything, however many calls it takes; 0, or why not.
    int writeFully(int fd, byte[] bytes, int length) {
        int done = 0;
        while (done < length) {
            int count = Math.min(CHUNK_BYTES, length - done);
            NativeMemory.put(chunk, bytes, done, count);
            int written = linux.write(fd, chunk, count);
            if (written <= 0) {
                return written == 0 ? -Errno.EIO : written;
            }
            done += written;
        }
        return 0;
    }

    /// A datagram socket that is connected and never blocks.
    int connectDatagram(SocketAddress address) {
        int fd = linux.socket(SocketAddresses.family(address), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            return fd;
        }
        int length = SocketAddresses.put(chunk, address);
        int result = linux.connect(fd, chunk, length);
        if (result < 0) {
            linux.close(fd);
            return result;
        }
        return fd;
    }

    /// Sends one datagram, at most 64 KiB.
    int sendDatagram(int fd, byte[] bytes, int length) {
        int count = Math.min(CHUNK_BYTES, length);
        NativeMemory.put(chunk, bytes, 0, count);
        return linux.send(fd, chunk, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    }

    void close(int fd) {
        linux.close(fd);
    }
}
