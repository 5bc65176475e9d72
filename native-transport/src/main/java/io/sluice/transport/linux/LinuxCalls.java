package io.sluice.transport.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The system calls that move bytes and manage sockets. Confined to one thread: the thread that made it.
///
/// Every method returns what the call returns, or the negated error number; none throws. Memory is passed by address
/// (see [NativeMemory]). EINTR is retried where nothing was done yet.
///
/// The calls of the hot path ([#recv], [#send], [#splice], [#epollWait], those of messages) allocate nothing once
/// compiled: each invokes its own constant handle, and with -XX:MaxInlineLevel=30, which all our JVMs are started with, the
/// JIT sees through it however deep the caller stands. The other calls share a method that takes the handle as a parameter;
/// where the JIT does not see through, a foreign call slices the segment for errno: 32 bytes.
///
///     int n = linux.recv(fd, address, length, MSG_DONTWAIT);
///     if (n == -Errno.EAGAIN) wait();
///     else if (n < 0) fail(-n);
public final class LinuxCalls {

    private static final MethodHandle SOCKET = Libc.bind("socket");
    private static final MethodHandle BIND = Libc.bind("bind");
    private static final MethodHandle LISTEN = Libc.bind("listen");
    private static final MethodHandle ACCEPT4 = Libc.bind("accept4");
    private static final MethodHandle CONNECT = Libc.bind("connect");
    private static final MethodHandle RECV = Libc.bind("recv");
    private static final MethodHandle SEND = Libc.bind("send");
    private static final MethodHandle RECVMSG = Libc.bind("recvmsg");
    private static final MethodHandle SENDMSG = Libc.bind("sendmsg");
    private static final MethodHandle SENDFILE = Libc.bind("sendfile");
    private static final MethodHandle RECVMMSG = Libc.bind("recvmmsg");
    private static final MethodHandle SENDMMSG = Libc.bind("sendmmsg");
    private static final MethodHandle OPEN = Libc.bind("open");
    private static final MethodHandle STATX = Libc.bind("statx");
    private static final MethodHandle REALPATH = Libc.bind("realpath");
    private static final MethodHandle READ = Libc.bind("read");
    private static final MethodHandle WRITE = Libc.bind("write");
    private static final MethodHandle SPLICE = Libc.bind("splice");
    private static final MethodHandle PIPE2 = Libc.bind("pipe2");
    private static final MethodHandle FCNTL = Libc.bind("fcntl");
    private static final MethodHandle IOCTL = Libc.bind("ioctl");
    private static final MethodHandle SETSOCKOPT = Libc.bind("setsockopt");
    private static final MethodHandle GETSOCKOPT = Libc.bind("getsockopt");
    private static final MethodHandle GETSOCKNAME = Libc.bind("getsockname");
    private static final MethodHandle GETPEERNAME = Libc.bind("getpeername");
    private static final MethodHandle SHUTDOWN = Libc.bind("shutdown");
    private static final MethodHandle CLOSE = Libc.bind("close");
    private static final MethodHandle UNLINK = Libc.bind("unlink");
    private static final MethodHandle EPOLL_CREATE1 = Libc.bind("epoll_create1");
    private static final MethodHandle EPOLL_CTL = Libc.bind("epoll_ctl");
    private static final MethodHandle EPOLL_WAIT = Libc.bind("epoll_wait");
    private static final MethodHandle EVENTFD = Libc.bind("eventfd");
    private static final MethodHandle MMAP = Libc.bind("mmap");
    private static final MethodHandle MUNMAP = Libc.bind("munmap");
    private static final MethodHandle SYSCALL = Libc.bind("syscall");
    private static final MethodHandle MALLOC = Libc.bind("malloc");
    private static final MethodHandle FREE = Libc.bind("free");

    private static final int SCRATCH_BYTES = 256;

    private final MemorySegment errno = Libc.errnoSegment();

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
        while (true) {
            try {
                int result = checked((long)
                        RECV.invokeExact(errno, (long) fd, address, (long) length, (long) flags, 0L, 0L));
                if (result != -Errno.EINTR) {
                    return result;
                }
            } catch (Throwable t) {
                throw impossible(t);
            }
        }
    }

    /// send(2); SIGPIPE is never raised.
    public int send(int fd, long address, int length, int flags) {
        long allFlags = flags | LinuxConstants.MSG_NOSIGNAL;
        while (true) {
            try {
                int result =
                        checked((long) SEND.invokeExact(errno, (long) fd, address, (long) length, allFlags, 0L, 0L));
                if (result != -Errno.EINTR) {
                    return result;
                }
            } catch (Throwable t) {
                throw impossible(t);
            }
        }
    }

    /// recvmsg(2); returns how many bytes the message has.
    public int receiveMessage(int fd, long header, int flags) {
        while (true) {
            try {
                int result = checked((long) RECVMSG.invokeExact(errno, (long) fd, header, (long) flags, 0L, 0L, 0L));
                if (result != -Errno.EINTR) {
                    return result;
                }
            } catch (Throwable t) {
                throw impossible(t);
            }
        }
    }

    /// recvmmsg(2) without a timeout; returns how many messages were received.
    public int receiveMessages(int fd, long headers, int count, int flags) {
        while (true) {
            try {
                int result = checked((long)
                        RECVMMSG.invokeExact(errno, (long) fd, headers, (long) count, (long) flags, 0L, 0L));
                if (result != -Errno.EINTR) {
                    return result;
                }
            } catch (Throwable t) {
                throw impossible(t);
            }
        }
    }

    /// sendmmsg(2); returns how many messages were sent. An error concerns the first one.
    public int sendMessages(int fd, long headers, int count, int flags) {
        while (true) {
            try {
                int result = checked((long)
                        SENDMMSG.invokeExact(errno, (long) fd, headers, (long) count, (long) flags, 0L, 0L));
                if (result != -Errno.EINTR) {
                    return result;
                }
            } catch (Throwable t) {
                throw impossible(t);
            }
        }
    }

    /// sendmsg(2) of a struct msghdr; SIGPIPE is never raised.
    public int sendMessage(int fd, long header, int flags) {
        long allFlags = flags | LinuxConstants.MSG_NOSIGNAL;
        while (true) {
            try {
                int result = checked((long) SENDMSG.invokeExact(errno, (long) fd, header, allFlags, 0L, 0L, 0L));
                if (result != -Errno.EINTR) {
                    return result;
                }
            } catch (Throwable t) {
                throw impossible(t);
            }
        }
    }

    /// sendfile(2); the position is the 64-bit number at `offset`, which moves on by what was sent.
    public int sendFile(int to, int file, long offset, int length) {
        while (true) {
            try {
                int result = checked((long)
                        SENDFILE.invokeExact(errno, (long) to, (long) file, offset, (long) length, 0L, 0L));
                if (result != -Errno.EINTR) {
                    return result;
                }
            } catch (Throwable t) {
                throw impossible(t);
            }
        }
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
        return invoke(REALPATH, path, resolved, 0, 0, 0, 0) == 0 ? -errno.get(ValueLayout.JAVA_INT, 0) : 0;
    }

    /// read(2).
    public int read(int fd, long address, int length) {
        return (int) call(READ, fd, address, length, 0, 0, 0);
    }

    /// write(2).
    public int write(int fd, long address, int length) {
        return (int) call(WRITE, fd, address, length, 0, 0, 0);
    }

    /// splice(2) without offsets; one of the two descriptors is a pipe.
    public int splice(int from, int to, int length, int flags) {
        while (true) {
            try {
                int result = checked((long)
                        SPLICE.invokeExact(errno, (long) from, 0L, (long) to, 0L, (long) length, (long) flags));
                if (result != -Errno.EINTR) {
                    return result;
                }
            } catch (Throwable t) {
                throw impossible(t);
            }
        }
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
        return (int) once(CLOSE, fd, 0, 0, 0, 0, 0);
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
        try {
            return checked((long) EPOLL_WAIT.invokeExact(
                    errno, (long) epoll, events, (long) capacity, (long) timeoutMillis, 0L, 0L));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /// eventfd(2).
    public int eventfd(int initial, int flags) {
        return (int) call(EVENTFD, initial, flags, 0, 0, 0, 0);
    }

    /// mmap(2) of a file; the address, or a negated error number.
    public long mmap(long length, int protection, int flags, int fd, long offset) {
        return once(MMAP, 0, length, protection, flags, fd, offset);
    }

    /// munmap(2).
    public int munmap(long address, long length) {
        return (int) call(MUNMAP, address, length, 0, 0, 0, 0);
    }

    /// syscall(2) with up to five arguments; EINTR is returned.
    public int syscall(long number, long a, long b, long c, long d, long e) {
        return (int) once(SYSCALL, number, a, b, c, d, e);
    }

    /// malloc(3); 0 when there is none.
    public long allocate(long bytes) {
        return invoke(MALLOC, bytes, 0, 0, 0, 0, 0);
    }

    /// free(3).
    public void free(long address) {
        invoke(FREE, address, 0, 0, 0, 0, 0);
    }

    private long call(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        while (true) {
            long result = once(function, a, b, c, d, e, f);
            if (result != -Errno.EINTR) {
                return result;
            }
        }
    }

    /// Functions that return int leave the upper half undefined, so only the lower half says whether it failed; mmap,
    /// the one that returns a pointer, fails with all bits set and never returns an address that ends in 32 ones.
    private long once(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        long result = invoke(function, a, b, c, d, e, f);
        return (int) result == -1 ? -errno.get(ValueLayout.JAVA_INT, 0) : result;
    }

    private long invoke(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) function.invokeExact(errno, a, b, c, d, e, f);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /// For functions that return int.
    private int checked(long result) {
        return (int) result == -1 ? -errno.get(ValueLayout.JAVA_INT, 0) : (int) result;
    }

    private static AssertionError impossible(Throwable thrown) {
        return new AssertionError("a system call cannot throw", thrown);
    }
}
