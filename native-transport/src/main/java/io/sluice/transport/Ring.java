package io.sluice.transport;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.UringCalls;

import static io.sluice.transport.linux.LinuxConstants.MAP_POPULATE;
import static io.sluice.transport.linux.LinuxConstants.MAP_SHARED;
import static io.sluice.transport.linux.LinuxConstants.MSG_DONTWAIT;
import static io.sluice.transport.linux.LinuxConstants.MSG_NOSIGNAL;
import static io.sluice.transport.linux.LinuxConstants.MSG_WAITALL;
import static io.sluice.transport.linux.LinuxConstants.PROT_READ;
import static io.sluice.transport.linux.LinuxConstants.PROT_WRITE;
import static io.sluice.transport.linux.UringConstants.CQE_BYTES;
import static io.sluice.transport.linux.UringConstants.CQE_FLAGS;
import static io.sluice.transport.linux.UringConstants.CQE_RESULT;
import static io.sluice.transport.linux.UringConstants.CQE_USER_DATA;
import static io.sluice.transport.linux.UringConstants.IORING_ENTER_EXT_ARG;
import static io.sluice.transport.linux.UringConstants.IORING_ENTER_GETEVENTS;
import static io.sluice.transport.linux.UringConstants.IORING_ENTER_NO_IOWAIT;
import static io.sluice.transport.linux.UringConstants.IORING_ENTER_REGISTERED_RING;
import static io.sluice.transport.linux.UringConstants.IORING_FEAT_CQE_SKIP;
import static io.sluice.transport.linux.UringConstants.IORING_FEAT_EXT_ARG;
import static io.sluice.transport.linux.UringConstants.IORING_FEAT_NODROP;
import static io.sluice.transport.linux.UringConstants.IORING_FEAT_NO_IOWAIT;
import static io.sluice.transport.linux.UringConstants.IORING_FEAT_SINGLE_MMAP;
import static io.sluice.transport.linux.UringConstants.IORING_OFF_SQES;
import static io.sluice.transport.linux.UringConstants.IORING_OFF_SQ_RING;
import static io.sluice.transport.linux.UringConstants.IORING_OP_ASYNC_CANCEL;
import static io.sluice.transport.linux.UringConstants.IORING_OP_CLOSE;
import static io.sluice.transport.linux.UringConstants.IORING_OP_POLL_ADD;
import static io.sluice.transport.linux.UringConstants.IORING_OP_RECV;
import static io.sluice.transport.linux.UringConstants.IORING_OP_SEND;
import static io.sluice.transport.linux.UringConstants.IORING_POLL_ADD_MULTI;
import static io.sluice.transport.linux.UringConstants.IORING_RECV_MULTISHOT;
import static io.sluice.transport.linux.UringConstants.IORING_REGISTER_ENABLE_RINGS;
import static io.sluice.transport.linux.UringConstants.IORING_REGISTER_RING_FDS;
import static io.sluice.transport.linux.UringConstants.IORING_SETUP_CLAMP;
import static io.sluice.transport.linux.UringConstants.IORING_SETUP_CQSIZE;
import static io.sluice.transport.linux.UringConstants.IORING_SETUP_DEFER_TASKRUN;
import static io.sluice.transport.linux.UringConstants.IORING_SETUP_R_DISABLED;
import static io.sluice.transport.linux.UringConstants.IORING_SETUP_SINGLE_ISSUER;
import static io.sluice.transport.linux.UringConstants.IORING_SETUP_SUBMIT_ALL;
import static io.sluice.transport.linux.UringConstants.IORING_SQ_CQ_OVERFLOW;
import static io.sluice.transport.linux.UringConstants.IOSQE_BUFFER_SELECT;
import static io.sluice.transport.linux.UringConstants.IOSQE_CQE_SKIP_SUCCESS;
import static io.sluice.transport.linux.UringConstants.PARAMS_BYTES;
import static io.sluice.transport.linux.UringConstants.PARAMS_CQ_CQES;
import static io.sluice.transport.linux.UringConstants.PARAMS_CQ_ENTRIES;
import static io.sluice.transport.linux.UringConstants.PARAMS_CQ_HEAD;
import static io.sluice.transport.linux.UringConstants.PARAMS_CQ_TAIL;
import static io.sluice.transport.linux.UringConstants.PARAMS_FEATURES;
import static io.sluice.transport.linux.UringConstants.PARAMS_FLAGS;
import static io.sluice.transport.linux.UringConstants.PARAMS_SQ_ARRAY;
import static io.sluice.transport.linux.UringConstants.PARAMS_SQ_ENTRIES;
import static io.sluice.transport.linux.UringConstants.PARAMS_SQ_FLAGS;
import static io.sluice.transport.linux.UringConstants.PARAMS_SQ_HEAD;
import static io.sluice.transport.linux.UringConstants.PARAMS_SQ_TAIL;
import static io.sluice.transport.linux.UringConstants.SQE_BYTES;
import static io.sluice.transport.linux.UringConstants.WAIT_BYTES;
import static io.sluice.transport.linux.UringConstants.WAIT_TIMESPEC;

/// One io_uring instance: the two queues that it shares with the kernel, and the operations a loop puts there. Confined
/// to its worker's event loop from [#enable] on; made before by any thread.
///
///     ring.receive(fd, group, key);               // writes an entry, calls nothing
///     ring.enter(1, limitNanos);                  // submits all entries, waits, runs what completed
///     for (int n = ring.completions(); n > 0; n--) {
///         ... ring.userData(), ring.result(), ring.flags() ...
///         ring.consume();
///     }
///
/// Completions are made only inside [#enter] (IORING_SETUP_DEFER_TASKRUN), so no interrupt disturbs the loop, and none
/// is lost when the queue is full (IORING_FEAT_NODROP): the kernel keeps the rest for the next [#enter].
final class Ring {

    /// The first release with IORING_SETUP_DEFER_TASKRUN. Everything else that is used here is older.
    static final String FIRST_KERNEL = "6.1";

    private static final int NEEDED_FEATURES =
            IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG | IORING_FEAT_CQE_SKIP;

    /// Since 6.17 (sqe->optlen); before, a receive with a limit is refused.
    private static final boolean LIMITS_RECEIVES = isKernelSince(6, 17);

    /// Completions outnumber submissions, since multishot operations make many of one.
    private static final int COMPLETIONS_PER_SUBMISSION = 4;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /// Queue indices are written by one side and read by the other, so they need acquire and release.
    private static final VarHandle INDEX = ValueLayout.JAVA_INT.varHandle();

    private static final MemorySegment MEMORY = NativeMemory.everything();

    private final LinuxCalls linux;

    private final UringCalls calls = new UringCalls();

    private final int fd;

    private final long queues;

    private final long queuesBytes;

    private final long entries;

    private final int entryCount;

    private final long submissionTail;

    private final long submissionFlags;

    private final long completionHead;

    private final long completionTail;

    private final long completionEntries;

    private final int completionMask;

    /// struct io_uring_getevents_arg, followed by the timespec it points to.
    private final long wait = NativeMemory.allocateForever(WAIT_BYTES + 2 * Long.BYTES, Long.BYTES);

    private final long timeout = wait + WAIT_BYTES;

    private int enterFlags = IORING_ENTER_GETEVENTS;

    /// What names the ring in io_uring_enter: its descriptor, or its index among the thread's registered rings.
    private int enterFd;

    private int tail;

    private int head;

    private boolean enabled;

    /// Entries written and not yet consumed by the kernel.
    private int pending;

    /// Maps a new, disabled ring.
    ///
    /// @throws RingException when the kernel refuses; EINVAL means that it is too old
    Ring(LinuxCalls linux, int submissions) throws RingException {
        this.linux = linux;
        long params = linux.allocate(PARAMS_BYTES);
        try {
            NativeMemory.clear(params, PARAMS_BYTES);
            NativeMemory.putInt(
                    params + PARAMS_FLAGS,
                    IORING_SETUP_SINGLE_ISSUER
                            | IORING_SETUP_DEFER_TASKRUN
                            | IORING_SETUP_R_DISABLED
                            | IORING_SETUP_SUBMIT_ALL
                            | IORING_SETUP_CLAMP
                            | IORING_SETUP_CQSIZE);
            NativeMemory.putInt(params + PARAMS_CQ_ENTRIES, submissions * COMPLETIONS_PER_SUBMISSION);
            fd = check("io_uring_setup()", calls.setup(submissions, params));
            enterFd = fd;
            int features = NativeMemory.getInt(params + PARAMS_FEATURES);
            if ((features & NEEDED_FEATURES) != NEEDED_FEATURES) {
                linux.close(fd);
                throw new RingException("io_uring_setup()", Errno.EINVAL);
            }
            if ((features & IORING_FEAT_NO_IOWAIT) != 0) {
                // An idle loop is not a disk that is being waited for, as %iowait would have it.
                enterFlags |= IORING_ENTER_NO_IOWAIT;
            }
            entryCount = NativeMemory.getInt(params + PARAMS_SQ_ENTRIES);
            int completions = NativeMemory.getInt(params + PARAMS_CQ_ENTRIES);
            completionMask = completions - 1;
            int array = NativeMemory.getInt(params + PARAMS_SQ_ARRAY);
            int cqes = NativeMemory.getInt(params + PARAMS_CQ_CQES);
            queuesBytes = Math.max(
                    array + (long) entryCount * Integer.BYTES, cqes + (long) completions * CQE_BYTES);
            queues = map(queuesBytes, IORING_OFF_SQ_RING);
            entries = map((long) entryCount * SQE_BYTES, IORING_OFF_SQES);
            submissionTail = queues + NativeMemory.getInt(params + PARAMS_SQ_TAIL);
            submissionFlags = queues + NativeMemory.getInt(params + PARAMS_SQ_FLAGS);
            completionHead = queues + NativeMemory.getInt(params + PARAMS_CQ_HEAD);
            completionTail = queues + NativeMemory.getInt(params + PARAMS_CQ_TAIL);
            completionEntries = queues + cqes;
            assert NativeMemory.getInt(queues + NativeMemory.getInt(params + PARAMS_SQ_HEAD)) == 0;
            for (int i = 0; i < entryCount; i++) {
                NativeMemory.putInt(queues + array + (long) i * Integer.BYTES, i);
            }
            NativeMemory.putLong(wait + WAIT_TIMESPEC, timeout);
        } finally {
            linux.free(params);
        }
    }

    private static boolean isKernelSince(int major, int minor) {
        String[] release = System.getProperty("os.version", "").split("[^0-9]+");
        return release.length >= 2
                && Integer.parseInt(release[0]) * 1000 + Integer.parseInt(release[1]) >= major * 1000 + minor;
    }

    private long map(long bytes, long offset) throws RingException {
        long address = linux.mmap(bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);
        if (address < 0) {
            linux.close(fd);
            throw new RingException("mmap() of an io_uring", (int) -address);
        }
        return address;
    }

    /// Whether [#enable] was called.
    boolean isEnabled() {
        return enabled;
    }

    /// Makes the calling thread the one that submits. Nothing else may be called before, but [#register] and operations.
    void enable() throws RingException {
        check("io_uring_register(ENABLE_RINGS)", register(IORING_REGISTER_ENABLE_RINGS, 0, 0));
        enabled = true;
        // struct io_uring_rsrc_update { offset: any, data: descriptor }: spares the kernel a reference count each turn.
        NativeMemory.putInt(timeout, -1);
        NativeMemory.putInt(timeout + Integer.BYTES, 0);
        NativeMemory.putLong(timeout + Long.BYTES, fd);
        if (register(IORING_REGISTER_RING_FDS, timeout, 1) == 1) {
            enterFd = NativeMemory.getInt(timeout);
            enterFlags |= IORING_ENTER_REGISTERED_RING;
        }
    }

    /// io_uring_register(2).
    int register(int operation, long argument, int count) {
        return calls.register(fd, operation, argument, count);
    }

    static int check(String call, int result) throws RingException {
        if (result < 0) {
            throw new RingException(call, -result);
        }
        return result;
    }

    /// RECV that goes on until it ends, is cancelled or has brought `limit` bytes, into buffers of a group. A kernel that
    /// knows no limit has none but that of its own, 32 buffers a time.
    void receive(int socket, int group, int limit, long userData) {
        long groupAndLimit = LIMITS_RECEIVES ? group | (long) limit << Integer.SIZE : group;
        put(header(IORING_OP_RECV, IOSQE_BUFFER_SELECT, IORING_RECV_MULTISHOT, socket), 0, 0, 0, userData, groupAndLimit);
    }

    /// SEND that never waits and completes within [#enter]; a whole one says nothing, any other has a completion: its
    /// result is what was sent, or an error (EAGAIN). (MSG_WAITALL makes a short one count as a failure.)
    void send(int socket, long address, int length, long userData) {
        long flags = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_WAITALL;
        put(header(IORING_OP_SEND, IOSQE_CQE_SKIP_SUCCESS, 0, socket), 0, address, length | flags << 32, userData, 0);
    }

    /// POLL_ADD for one event.
    void poll(int descriptor, int events, long userData) {
        put(header(IORING_OP_POLL_ADD, 0, 0, descriptor), 0, 0, (long) events << 32, userData, 0);
    }

    /// POLL_ADD that tells of every edge until it is cancelled.
    void pollEdges(int descriptor, int events, long userData) {
        long multishot = IORING_POLL_ADD_MULTI;
        put(header(IORING_OP_POLL_ADD, 0, 0, descriptor), 0, 0, multishot | (long) events << 32, userData, 0);
    }

    /// ASYNC_CANCEL of an operation by its user data. Has a completion only when it fails.
    void cancel(long operation, long userData) {
        put(header(IORING_OP_ASYNC_CANCEL, IOSQE_CQE_SKIP_SUCCESS, 0, -1), 0, operation, 0, userData, 0);
    }

    /// CLOSE, after all entries before it. Has a completion only when it fails.
    void close(int descriptor, long userData) {
        put(header(IORING_OP_CLOSE, IOSQE_CQE_SKIP_SUCCESS, 0, descriptor), 0, 0, 0, userData, 0);
    }

    /// The first 8 bytes of struct io_uring_sqe.
    private static long header(int operation, int flags, int priority, int descriptor) {
        return operation | flags << 8 | priority << 16 | (long) descriptor << 32;
    }

    private void put(long header, long offset, long address, long lengthAndFlags, long userData, long last) {
        while (pending == entryCount) {
            enter(0, 0);
        }
        long entry = entries + (long) (tail & (entryCount - 1)) * SQE_BYTES;
        NativeMemory.putLong(entry, header);
        NativeMemory.putLong(entry + 8, offset);
        NativeMemory.putLong(entry + 16, address);
        NativeMemory.putLong(entry + 24, lengthAndFlags);
        NativeMemory.putLong(entry + 32, userData);
        NativeMemory.putLong(entry + 40, last);
        NativeMemory.putLong(entry + 48, 0);
        NativeMemory.putLong(entry + 56, 0);
        tail++;
        pending++;
    }

    /// Submits everything and waits until there are `completions`, for at most `limitNanos`. Entries that the kernel
    /// leaves, for want of memory, are submitted by the next call.
    ///
    /// @throws IllegalStateException when the ring is not the calling thread's, or not enabled
    void enter(int completions, long limitNanos) {
        INDEX.setRelease(MEMORY, submissionTail, tail);
        int flags = enterFlags;
        long argument = 0;
        int argumentBytes = 0;
        if (completions > 0 && limitNanos != Long.MAX_VALUE) {
            NativeMemory.putLong(timeout, limitNanos / NANOS_PER_SECOND);
            NativeMemory.putLong(timeout + Long.BYTES, limitNanos % NANOS_PER_SECOND);
            flags |= IORING_ENTER_EXT_ARG;
            argument = wait;
            argumentBytes = WAIT_BYTES;
        }
        int submitted = calls.enter(enterFd, pending, completions, flags, argument, argumentBytes);
        switch (submitted) {
            case -Errno.ETIME, -Errno.EINTR, -Errno.EAGAIN, -Errno.EBUSY, -Errno.ENOMEM -> {
                // The next turn comes soon enough.
            }
            default -> {
                if (submitted < 0) {
                    throw new IllegalStateException("io_uring_enter() failed (" + Errno.describe(-submitted) + ")");
                }
                pending -= submitted;
            }
        }
    }

    /// Whether the kernel has taken every entry.
    boolean isSubmitted() {
        return pending == 0;
    }

    /// Whether the kernel keeps completions back, for want of room, until the next [#enter].
    boolean isOverflown() {
        return ((int) INDEX.getAcquire(MEMORY, submissionFlags) & IORING_SQ_CQ_OVERFLOW) != 0;
    }

    /// How many completions there are.
    int completions() {
        return (int) INDEX.getAcquire(MEMORY, completionTail) - head;
    }

    /// What the first completion's operation was marked with.
    long userData() {
        return userData(0);
    }

    /// The same for the one `ahead` of the first.
    long userData(int ahead) {
        return NativeMemory.getLong(completion(ahead) + CQE_USER_DATA);
    }

    /// The first completion's result.
    int result() {
        return result(0);
    }

    /// The same for the one `ahead` of the first.
    int result(int ahead) {
        return NativeMemory.getInt(completion(ahead) + CQE_RESULT);
    }

    /// The first completion's flags.
    int flags() {
        return NativeMemory.getInt(completion(0) + CQE_FLAGS);
    }

    private long completion(int ahead) {
        return completionEntries + (long) ((head + ahead) & completionMask) * CQE_BYTES;
    }

    /// Removes the first completion.
    void consume() {
        head++;
        INDEX.setRelease(MEMORY, completionHead, head);
    }

    /// Unmaps and closes; the kernel cancels whatever is still under way.
    void close() {
        linux.munmap(queues, queuesBytes);
        linux.munmap(entries, (long) entryCount * SQE_BYTES);
        linux.close(fd);
    }
}
