package io.sluice.transport.linux;

import java.lang.foreign.MemorySegment;

/// The system calls that move bytes and manage sockets. Confined to one thread: the thread that made it.
///
/// Every method returns what the call returns, or the negated error number; none throws. Memory is passed by address
/// (see [NativeMemory]). EINTR is retried where nothing was done yet.
///
/// None allocates, once it is compiled: see [Gate].
///
///     int n = linux.recv(fd, address, length, MSG_DONTWAIT);
///     if (n == -Errno.EAGAIN) wait();
///     else if (n < 0) fail(-n);
public final class LinuxCalls {

    private static final MemorySegment SOCKET = Libc.address("socket");
    private static final MemorySegment BIND = Libc.address("bind");
    private static final MemorySegment LISTEN = Libc.address("listen");
    private static final MemorySegment ACCEPT4 = Libc.address("accept4");
    private static final MemorySegment CONNECT = Libc.address("connect");
    private static final MemorySegment RECV = Libc.address("recv");
    private static final MemorySegment SEND = Libc.address("send");
    private static final MemorySegment RECVMSG = Libc.address("recvmsg");
    private static final MemorySegment SENDMSG = Libc.address("sendmsg");
    private static final MemorySegment SENDFILE = Libc.address("sendfile");
    private static final MemorySegment RECVMMSG = Libc.address("recvmmsg");
    private static final MemorySegment SENDMMSG = Libc.address("sendmmsg");
    private static final MemorySegment OPEN = Libc.address("open");
    private static final MemorySegment STATX = Libc.address("statx");
    private static final MemorySegment REALPATH = Libc.address("realpath");
    private static final MemorySegment PREAD = Libc.address("pread");
    private static final MemorySegment READ = Libc.address("read");
    private static final MemorySegment WRITE = Libc.address("write");
    private static final MemorySegment SPLICE = Libc.address("splice");
    private static final MemorySegment PIPE2 = Libc.address("pipe2");
    private static final MemorySegment FCNTL = Libc.address("fcntl");
    private static final MemorySegment IOCTL = Libc.address("ioctl");
    private static final MemorySegment SETSOCKOPT = Libc.address("setsockopt");
    private static final MemorySegment GETSOCKOPT = Libc.address("getsockopt");
    private static final MemorySegment GETSOCKNAME = Libc.address("getsockname");
    private static final MemorySegment GETPEERNAME = Libc.address("getpeername");
    private static final MemorySegment SHUTDOWN = Libc.address("shutdown");
    private static final MemorySegment CLOSE = Libc.address("close");
    private static final MemorySegment UNLINK = Libc.address("unlink");
    private static final MemorySegment EPOLL_CREATE1 = Libc.address("epoll_create1");
    private static final MemorySegment EPOLL_CTL = Libc.address("epoll_ctl");
    private static final MemorySegment EPOLL_WAIT = Libc.address("epoll_wait");
    private static final MemorySegment EVENTFD = Libc.address("eventfd");
    private static final MemorySegment MMAP = Libc.address("mmap");
    private static final MemorySegment MUNMAP = Libc.address("munmap");
    private static final MemorySegment SYSCALL = Libc.address("syscall");
    private static final MemorySegment MALLOC = Libc.address("malloc");
    private static final MemorySegment FREE = Libc.address("free");

    private static final int SCRATCH_BYTES = 256;

    private final Gate gate = new Gate();

    /// For option values and result lengths; large enough for a sockaddr_storage and its length.
    private final long scratch = NativeMemory.allocateForever(SCRATCH_BYTES, 16);

    /// socket(2).
    public int socket(int domain, int type, int protocol) {
        return (int) call(SOCKET, domain, type, protocol, 0, 0, 0);
    }

    /// bind(2).
    public int bind(int fd, long sockaddr, int length) {
        return (int) call(BIND, fd, sockaddr, length, 0, 0, 0);
    }

    /// listen(2).
    public int listen(int fd, int backlog) {
        return (int) call(LISTEN, fd, backlog, 0, 0, 0, 0);
    }

    /// accept4(2); `sockaddr` receives the peer's address, or is 0 with `lengthAddress`.
    public int accept4(int fd, long sockaddr, long lengthAddress, int flags) {
        return (int) call(ACCEPT4, fd, sockaddr, lengthAddress, flags, 0, 0);
    }

    /// connect(2).
    public int connect(int fd, long sockaddr, int length) {
        return (int) call(CONNECT, fd, sockaddr, length, 0, 0, 0);
    }

    /// recv(2).
    public int recv(int fd, long address, int length, int flags) {
        return (int) call(RECV, fd, address, length, flags, 0, 0);
    }

    /// send(2); SIGPIPE is never raised.
    public int send(int fd, long address, int length, int flags) {
        return (int) call(SEND, fd, address, length, flags | LinuxConstants.MSG_NOSIGNAL, 0, 0);
    }

    /// recvmsg(2); returns how many bytes the message has.
    public int receiveMessage(int fd, long header, int flags) {
        return (int) call(RECVMSG, fd, header, flags, 0, 0, 0);
    }

    /// recvmmsg(2) without a timeout; returns how many messages were received.
    public int receiveMessages(int fd, long headers, int count, int flags) {
        return (int) call(RECVMMSG, fd, headers, count, flags, 0, 0);
    }

    /// sendmmsg(2); returns how many messages were sent. An error concerns the first one.
    public int sendMessages(int fd, long headers, int count, int flags) {
        return (int) call(SENDMMSG, fd, headers, count, flags, 0, 0);
    }

    /// sendmsg(2) of a struct msghdr; SIGPIPE is never raised.
    public int sendMessage(int fd, long header, int flags) {
        return (int) call(SENDMSG, fd, header, flags | LinuxConstants.MSG_NOSIGNAL, 0, 0, 0);
    }

    /// sendfile(2); the position is the 64-bit number at `offset`, which moves on by what was sent.
    public int sendFile(int to, int file, long offset, int length) {
        return (int) call(SENDFILE, to, file, offset, length, 0, 0);
    }

    /// open(2) of a zero-terminated path; the mode concerns files that it creates.
    public int open(long path, int flags, int mode) {
        return (int) call(OPEN, path, flags, mode, 0, 0, 0);
    }

    /// statx(2) of a zero-terminated path, or of the descriptor itself with AT_EMPTY_PATH.
    public int statx(int directory, long path, int flags, int mask, long buffer) {
        return (int) call(STATX, directory, path, flags, mask, buffer, 0);
    }

    /// realpath(3) of a zero-terminated path into PATH_MAX bytes.
    public int realPath(long path, long resolved) {
        return gate.call(REALPATH, path, resolved, 0, 0, 0, 0) == 0 ? -gate.errno() : 0;
    }

    /// read(2).
    public int read(int fd, long address, int length) {
        return (int) call(READ, fd, address, length, 0, 0, 0);
    }

    /// pread(2).
    public int readAt(int fd, long address, int length, long position) {
        return (int) call(PREAD, fd, address, length, position, 0, 0);
    }

    /// write(2).
    public int write(int fd, long address, int length) {
        return (int) call(WRITE, fd, address, length, 0, 0, 0);
    }

    /// splice(2) without offsets; one of the two descriptors is a pipe.
    public int splice(int from, int to, int length, int flags) {
        return (int) call(SPLICE, from, 0, to, 0, length, flags);
    }

    /// pipe2(2); the read end's descriptor is in the lower, the write end's in the upper half of the result.
    public long pipe2(int flags) {
        long result = (int) call(PIPE2, scratch, flags, 0, 0, 0, 0);
        return result < 0 ? result : NativeMemory.getLong(scratch);
    }

    /// fcntl(2) with an integer argument.
    public int fcntl(int fd, int command, long argument) {
        return (int) call(FCNTL, fd, command, argument, 0, 0, 0);
    }

    /// ioctl(2) that returns an int by address, such as FIONREAD and SIOCOUTQ.
    public int ioctlInt(int fd, long request) {
        int result = (int) call(IOCTL, fd, request, scratch, 0, 0, 0);
        return result < 0 ? result : NativeMemory.getInt(scratch);
    }

    /// setsockopt(2) of an int.
    public int setSocketOption(int fd, int level, int option, int value) {
        NativeMemory.putInt(scratch, value);
        return (int) call(SETSOCKOPT, fd, level, option, scratch, Integer.BYTES, 0);
    }

    /// setsockopt(2) of any value.
    public int setSocketOption(int fd, int level, int option, long address, int length) {
        return (int) call(SETSOCKOPT, fd, level, option, address, length, 0);
    }

    /// getsockopt(2) of an int that is not negative.
    public int socketOption(int fd, int level, int option) {
        NativeMemory.putInt(scratch, 0);
        NativeMemory.putInt(scratch + Integer.BYTES, Integer.BYTES);
        int result = (int) call(GETSOCKOPT, fd, level, option, scratch, scratch + Integer.BYTES, 0);
        return result < 0 ? result : NativeMemory.getInt(scratch);
    }

    /// getsockopt(2) of any value; returns its length.
    public int socketOption(int fd, int level, int option, long address, int capacity) {
        NativeMemory.putInt(scratch, capacity);
        int result = (int) call(GETSOCKOPT, fd, level, option, address, scratch, 0);
        return result < 0 ? result : NativeMemory.getInt(scratch);
    }

    /// getsockname(2); returns the address's length.
    public int socketName(int fd, long sockaddr, int capacity) {
        NativeMemory.putInt(scratch, capacity);
        int result = (int) call(GETSOCKNAME, fd, sockaddr, scratch, 0, 0, 0);
        return result < 0 ? result : NativeMemory.getInt(scratch);
    }

    /// getpeername(2); returns the address's length.
    public int peerName(int fd, long sockaddr, int capacity) {
        NativeMemory.putInt(scratch, capacity);
        int result = (int) call(GETPEERNAME, fd, sockaddr, scratch, 0, 0, 0);
        return result < 0 ? result : NativeMemory.getInt(scratch);
    }

    /// shutdown(2).
    public int shutdown(int fd, int how) {
        return (int) call(SHUTDOWN, fd, how, 0, 0, 0, 0);
    }

    /// close(2); the descriptor is gone whatever it returns, so it is not repeated after EINTR.
    public int close(int fd) {
        return (int) gate.call(CLOSE, fd, 0, 0, 0, 0, 0);
    }

    /// unlink(2) of a zero-terminated path.
    public int unlink(long path) {
        return (int) call(UNLINK, path, 0, 0, 0, 0, 0);
    }

    /// epoll_create1(2).
    public int epollCreate(int flags) {
        return (int) call(EPOLL_CREATE1, flags, 0, 0, 0, 0, 0);
    }

    /// epoll_ctl(2).
    public int epollControl(int epoll, int operation, int fd, long event) {
        return (int) call(EPOLL_CTL, epoll, operation, fd, event, 0, 0);
    }

    /// epoll_wait(2); EINTR is returned, so that the caller recomputes its timeout.
    public int epollWait(int epoll, long events, int capacity, int timeoutMillis) {
        return (int) gate.call(EPOLL_WAIT, epoll, events, capacity, timeoutMillis, 0, 0);
    }

    /// eventfd(2).
    public int eventfd(int initial, int flags) {
        return (int) call(EVENTFD, initial, flags, 0, 0, 0, 0);
    }

    /// mmap(2) of a file; the address, or a negated error number.
    public long mmap(long length, int protection, int flags, int fd, long offset) {
        return gate.call(MMAP, 0, length, protection, flags, fd, offset);
    }

    /// munmap(2).
    public int munmap(long address, long length) {
        return (int) call(MUNMAP, address, length, 0, 0, 0, 0);
    }

    /// syscall(2) with up to five arguments; EINTR is returned.
    public int syscall(long number, long a, long b, long c, long d, long e) {
        return (int) gate.call(SYSCALL, number, a, b, c, d, e);
    }

    /// malloc(3); 0 when there is none.
    public long allocate(long bytes) {
        return gate.call(MALLOC, bytes, 0, 0, 0, 0, 0);
    }

    /// free(3).
    public void free(long address) {
        gate.call(FREE, address, 0, 0, 0, 0, 0);
    }

    private long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
        while (true) {
            long result = gate.call(function, a, b, c, d, e, f);
            if (result != -Errno.EINTR) {
                return result;
            }
        }
    }
}
