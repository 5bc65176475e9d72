package io.sluice.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import io.sluice.config.model.Address;
import io.sluice.transport.ListenException;
import io.sluice.transport.ListenOptions;
import io.sluice.transport.ListenSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.LinuxConstants;
import io.sluice.transport.linux.SocketAddresses;

/// The file of a unix socket. Used by one thread at a time, the one that starts or reloads.
final class UnixFile {

    private static final int FILE_TYPE = 0170000;

    private static final int SOCKET = 0140000;

    private UnixFile() {}

    /// Binds and listens. Everybody may connect whom the directory admits, as in nginx.
    ///
    /// A process that was killed leaves its file behind, and nginx then fails to start; since nobody answers there, we
    /// replace it. Nor could one that has given up root remove its file from root's directory at its end.
    static ListenSocket open(LinuxCalls linux, Address.Unix address, ListenOptions options) throws ListenException {
        ListenSocket socket;
        try {
            socket = ListenSocket.open(linux, SocketOpener.socketAddress(address), options, false);
        } catch (ListenException e) {
            if (e.errno() != Errno.EADDRINUSE || !isLeftOver(linux, address)) {
                throw e;
            }
            remove(address);
            socket = ListenSocket.open(linux, SocketOpener.socketAddress(address), options, false);
        }
        try {
            Files.setPosixFilePermissions(Path.of(address.path()), PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (IOException _) {
            // Somebody has removed it already: nobody can connect, whatever the permissions.
        }
        return socket;
    }

    /// Whether it is a socket that nobody listens on.
    private static boolean isLeftOver(LinuxCalls linux, Address.Unix address) {
        try {
            Path path = Path.of(address.path());
            if (!(Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) instanceof Integer mode)
                    || (mode & FILE_TYPE) != SOCKET) {
                return false;
            }
        } catch (IOException _) {
            return false;
        }
        int type = LinuxConstants.SOCK_STREAM | LinuxConstants.SOCK_NONBLOCK | LinuxConstants.SOCK_CLOEXEC;
        int probe = linux.socket(LinuxConstants.AF_UNIX, type, 0);
        if (probe < 0) {
            return false;
        }
        long sockaddr = linux.allocate(SocketAddresses.MAX_BYTES);
        try {
            int length = SocketAddresses.put(sockaddr, SocketOpener.socketAddress(address));
            return linux.connect(probe, sockaddr, length) == -Errno.ECONNREFUSED;
        } finally {
            linux.free(sockaddr);
            linux.close(probe);
        }
    }

    static void remove(Address.Unix address) {
        try {
            Files.deleteIfExists(Path.of(address.path()));
        } catch (IOException _) {
            // The directory is not ours to write any more; the next start replaces the file.
        }
    }
}
