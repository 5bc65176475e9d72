package io.sluice.transport;

import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.linux.LinuxCalls;

import static io.sluice.transport.linux.LinuxConstants.F_GETPIPE_SZ;
import static io.sluice.transport.linux.LinuxConstants.F_SETPIPE_SZ;
import static io.sluice.transport.linux.LinuxConstants.O_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.O_NONBLOCK;

/// The pipes of one loop. Confined to its worker's event loop.
///
///     Pipe pipe = pool.borrow(holder, drains, now);   // null: copy instead
///     ... splice through it ...
///     if (drains) pool.grow(pipe, now);
///     pool.release(pipe);                             // as soon as it runs dry
///
/// A pipe starts at 64 KiB and grows to 1 MiB for a holder whose sink has proved to drain; idle large ones are kept for
/// such holders. One that is released with bytes inside is closed, never lent again. When the process-wide [PipeBudget] is
/// used up, the pipe that has stood still the longest is reclaimed: stalled readers must not keep live transfers from
/// theirs.
public final class PipePool {

    static final int PAGE_BYTES = 4096;

    private static final int INITIAL_PAGES = 16;

    private static final int GROWN_PAGES = 256;

    private static final int MAX_IDLE = 32;

    /// A holder whose sink has taken nothing for this long counts as stalled.
    private static final long STALLED_NANOS = 50_000_000;

    /// After the kernel has refused to make a pipe larger, none is asked for so long.
    private static final long GROWTH_PAUSE_NANOS = 1_000_000_000;

    private final LinuxCalls linux;

    private final PipeBudget budget;

    /// Small ones in front, large ones behind.
    private final ArrayDeque<Pipe> idle = new ArrayDeque<>(MAX_IDLE);

    private @Nullable Pipe firstLent;

    private int lent;

    private long opened;

    private boolean growthRefused;

    private long growthRefusedNanos;

    /// A pool whose pipes count against a budget.
    public PipePool(LinuxCalls linux, PipeBudget budget) {
        this.linux = linux;
        this.budget = budget;
    }

    /// Pipes out at present.
    public int lent() {
        return lent;
    }

    /// Pipes that wait for the next holder.
    public int pooled() {
        return idle.size();
    }

    /// Pipes made so far.
    public long opened() {
        return opened;
    }

    /// An empty pipe, or null when there is none to be had.
    ///
    /// @param drains the holder's sink has proved to take more than a few buffers' worth
    public @Nullable Pipe borrow(PipeHolder holder, boolean drains, long nowNanos) {
        Pipe pipe = drains ? idle.pollLast() : pollSmall();
        if (pipe == null) {
            pipe = create();
        }
        if (pipe == null) {
            pipe = idle.pollFirst();
        }
        if (pipe == null && reclaim(nowNanos)) {
            pipe = idle.pollFirst();
            if (pipe == null) {
                pipe = create();
            }
        }
        if (pipe == null) {
            return null;
        }
        pipe.holder = holder;
        pipe.length = 0;
        pipe.blockedSinceNanos = 0;
        link(pipe);
        return pipe;
    }

    private @Nullable Pipe pollSmall() {
        Pipe first = idle.peekFirst();
        return first == null || first.pages > INITIAL_PAGES ? null : idle.pollFirst();
    }

    private @Nullable Pipe create() {
        if (!budget.reservePipe(INITIAL_PAGES)) {
            return null;
        }
        long ends = linux.pipe2(O_NONBLOCK | O_CLOEXEC);
        if (ends < 0) {
            budget.returnPipe(INITIAL_PAGES);
            return null;
        }
        Pipe pipe = new Pipe((int) ends, (int) (ends >>> 32), INITIAL_PAGES);
        if (linux.fcntl(pipe.writeEnd, F_GETPIPE_SZ, 0) < INITIAL_PAGES * PAGE_BYTES) {
            // The user's pages are used up, by whomever: a pipe of two pages is slower than copying.
            destroy(pipe);
            return null;
        }
        opened++;
        return pipe;
    }

    /// Makes an empty pipe as large as it gets, if the budget allows. Nobody else's is reclaimed for it.
    public void grow(Pipe pipe, long nowNanos) {
        int more = GROWN_PAGES - pipe.pages;
        if (more <= 0 || growthPauses(nowNanos) || !budget.reservePages(more)) {
            return;
        }
        int size = linux.fcntl(pipe.writeEnd, F_SETPIPE_SZ, (long) GROWN_PAGES * PAGE_BYTES);
        if (size < 0) {
            // EPERM: over the user's limit, to which all of the user's programs count, or over fs.pipe-max-size.
            growthRefused = true;
            growthRefusedNanos = nowNanos;
            budget.returnPages(more);
        } else {
            growthRefused = false;
            pipe.pages = GROWN_PAGES;
        }
    }

    private boolean growthPauses(long nowNanos) {
        return growthRefused && nowNanos - growthRefusedNanos < GROWTH_PAUSE_NANOS;
    }

    /// Takes a pipe back.
    ///
    /// It is kept for the next holder, unless the budget runs short: other loops cannot reach what is idle here. One is
    /// kept even then, or a transfer that runs dry now and then would make one each time.
    public void release(Pipe pipe) {
        unlink(pipe);
        pipe.holder = null;
        if (pipe.length > 0 || !(idle.isEmpty() || (idle.size() < MAX_IDLE && !budget.isShort()))) {
            destroy(pipe);
        } else if (pipe.pages > INITIAL_PAGES) {
            idle.addLast(pipe);
        } else {
            idle.addFirst(pipe);
        }
    }

    /// Has the holder of the longest stalled pipe give it back, if there is such a holder.
    private boolean reclaim(long nowNanos) {
        Pipe longest = null;
        for (Pipe pipe = firstLent; pipe != null; pipe = pipe.nextLent) {
            long since = pipe.blockedSinceNanos;
            if (since != 0
                    && nowNanos - since >= STALLED_NANOS
                    && (longest == null || since - longest.blockedSinceNanos < 0)) {
                longest = pipe;
            }
        }
        PipeHolder holder = longest == null ? null : longest.holder;
        return longest != null && holder != null && holder.onPipeReclaim(longest);
    }

    /// Closes the idle pipes; those still lent are closed when they are released.
    public void close() {
        Pipe pipe;
        while ((pipe = idle.pollLast()) != null) {
            destroy(pipe);
        }
    }

    private void destroy(Pipe pipe) {
        linux.close(pipe.readEnd);
        linux.close(pipe.writeEnd);
        budget.returnPipe(pipe.pages);
    }

    private void link(Pipe pipe) {
        lent++;
        pipe.previousLent = null;
        pipe.nextLent = firstLent;
        if (firstLent != null) {
            firstLent.previousLent = pipe;
        }
        firstLent = pipe;
    }

    private void unlink(Pipe pipe) {
        lent--;
        if (pipe.previousLent != null) {
            pipe.previousLent.nextLent = pipe.nextLent;
        } else {
            firstLent = pipe.nextLent;
        }
        if (pipe.nextLent != null) {
            pipe.nextLent.previousLent = pipe.previousLent;
        }
        pipe.previousLent = null;
        pipe.nextLent = null;
    }
}
