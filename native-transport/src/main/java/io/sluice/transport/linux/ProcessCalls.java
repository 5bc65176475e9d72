package io.sluice.transport.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The system calls that concern the process or the calling thread as a whole. Confined to one thread: the thread that made it.
///
/// As in [LinuxCalls] a method returns what the call returns, or the negated error number. Identity is changed by the C
/// library's functions, not by bare system calls: those change one thread, the library tells every other one.
public final class ProcessCalls {

    private static final MethodHandle CHOWN = Libc.bind("chown");
    private static final MethodHandle FCHOWN = Libc.bind("fchown");
    private static final MethodHandle UMASK = Libc.bind("umask");
    private static final MethodHandle KILL = Libc.bind("kill");
    private static final MethodHandle GETEUID = Libc.bind("geteuid");
    private static final MethodHandle SETRESUID = Libc.bind("setresuid");
    private static final MethodHandle SETRESGID = Libc.bind("setresgid");
    private static final MethodHandle SETGROUPS = Libc.bind("setgroups");
    private static final MethodHandle PRCTL = Libc.bind("prctl");
    private static final MethodHandle CAPGET = Libc.bind("capget");
    private static final MethodHandle CAPSET = Libc.bind("capset");
    private static final MethodHandle GETRLIMIT = Libc.bind("getrlimit");
    private static final MethodHandle SETRLIMIT = Libc.bind("setrlimit");
    private static final MethodHandle SCHED_GETAFFINITY = Libc.bind("sched_getaffinity");
    private static final MethodHandle SCHED_SETAFFINITY = Libc.bind("sched_setaffinity");
    private static final MethodHandle PTHREAD_SIGMASK = Libc.bind("pthread_sigmask");
    private static final MethodHandle SIGNALFD = Libc.bind("signalfd");
    private static final MethodHandle GETPWNAM = Libc.bind("getpwnam");
    private static final MethodHandle GETGRNAM = Libc.bind("getgrnam");
    private static final MethodHandle GETGROUPLIST = Libc.bind("getgrouplist");

    private static final int SCRATCH_BYTES = 128;

    private final MemorySegment errno = Libc.errnoSegment();

    private final long scratch = NativeMemory.allocateForever(SCRATCH_BYTES, Long.BYTES);

    /// chown(2) of a zero-terminated path; -1 leaves the owner or the group.
    public int chown(long path, int owner, int group) {
        return call(CHOWN, path, owner, group, 0);
    }

    /// fchown(2); -1 leaves the owner or the group.
    public int fchown(int fd, int owner, int group) {
        return call(FCHOWN, fd, owner, group, 0);
    }

    /// umask(2) of the process; returns the one before.
    public int umask(int mask) {
        return call(UMASK, mask, 0, 0, 0);
    }

    /// kill(2); signal 0 only asks whether the process exists and may be signalled.
    public int kill(int pid, int signal) {
        return call(KILL, pid, signal, 0, 0);
    }

    /// geteuid(2).
    public int effectiveUser() {
        return (int) invoke(GETEUID, 0, 0, 0, 0);
    }

    /// setresuid(2) in every thread, real, effective and saved alike.
    int setUser(int uid) {
        return call(SETRESUID, uid, uid, uid, 0);
    }

    /// setresgid(2) in every thread, real, effective and saved alike.
    int setGroup(int gid) {
        return call(SETRESGID, gid, gid, gid, 0);
    }

    /// setgroups(2) in every thread; an array of gid_t.
    int setGroups(long groups, int count) {
        return call(SETGROUPS, count, groups, 0, 0);
    }

    /// prctl(2) with one argument; the attributes it sets belong to the calling thread.
    int prctl(int option, long argument) {
        return call(PRCTL, option, argument, 0, 0);
    }

    /// capget(2) of the calling thread.
    int capget(long header, long data) {
        return call(CAPGET, header, data, 0, 0);
    }

    /// capset(2) of the calling thread.
    int capset(long header, long data) {
        return call(CAPSET, header, data, 0, 0);
    }

    /// getrlimit(2) into a struct rlimit.
    int getrlimit(int resource, long limit) {
        return call(GETRLIMIT, resource, limit, 0, 0);
    }

    /// setrlimit(2) from a struct rlimit.
    int setrlimit(int resource, long limit) {
        return call(SETRLIMIT, resource, limit, 0, 0);
    }

    /// sched_getaffinity(2) of the calling thread into `bytes` bytes.
    int affinity(long mask, int bytes) {
        return call(SCHED_GETAFFINITY, 0, bytes, mask, 0);
    }

    /// sched_setaffinity(2) of the calling thread.
    int setAffinity(long mask, int bytes) {
        return call(SCHED_SETAFFINITY, 0, bytes, mask, 0);
    }

    /// The calling thread's mask of blocked signals, signal n at bit n - 1.
    long blockedSignals() {
        // How a mask is to be combined does not matter without one; the library's sigset_t takes all of the scratch.
        int result = call(PTHREAD_SIGMASK, 0, 0, scratch, 0);
        return result == 0 ? NativeMemory.getLong(scratch) : 0;
    }

    /// signalfd(2) of a sigset_t.
    int signalfd(long mask, int flags) {
        return call(SIGNALFD, -1, mask, flags, 0);
    }

    /// getpwnam(3): the address of a struct passwd that the next call overwrites; 0: none, or a negated error number.
    long passwd(String name) {
        return lookup(GETPWNAM, name);
    }

    /// getgrnam(3), likewise a struct group.
    long group(String name) {
        return lookup(GETGRNAM, name);
    }

    /// getgrouplist(3); `count` is the address of the capacity and takes the number; -1: the capacity is too small.
    int groupList(long name, int gid, long groups, long count) {
        return (int) invoke(GETGROUPLIST, name, gid, groups, count);
    }

    private long lookup(MethodHandle function, String name) {
        long memory = NativeMemory.allocateForever(3L * name.length() + 1, 1);
        NativeMemory.putString(memory, name);
        errno.set(ValueLayout.JAVA_INT, 0, 0);
        long entry = invoke(function, memory, 0, 0, 0);
        return entry == 0 ? -errno.get(ValueLayout.JAVA_INT, 0) : entry;
    }

    private int call(MethodHandle function, long a, long b, long c, long d) {
        while (true) {
            int result = (int) invoke(function, a, b, c, d);
            if (result != -1) {
                return result;
            }
            int error = errno.get(ValueLayout.JAVA_INT, 0);
            if (error != Errno.EINTR) {
                return -error;
            }
        }
    }

    private long invoke(MethodHandle function, long a, long b, long c, long d) {
        try {
            return (long) function.invokeExact(errno, a, b, c, d, 0L, 0L);
        } catch (Throwable t) {
            throw new AssertionError("a system call cannot throw", t);
        }
    }
}
