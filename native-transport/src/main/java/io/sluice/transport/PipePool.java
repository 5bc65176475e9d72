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
///     Pipe pipe = pool.borrow(holder, now);       // null: copy instead
///     ... splice through it ...
///     if (streaming) pool.grow(pipe);
///     pool.release(pipe);                         // as soon as it runs dry
///
/// A pipe starts at 64 KiB and grows to 1 MiB for a holder that keeps streaming. One that is released with bytes inside
/// is closed, never lent again. When the process-wide [PipeBudget] is used up, the pipe that has stood still the longest
/// is reclaimed: stalled readers must not keep live transfers from theirs.
public final class PipePool {

    static final int PAGE_BYTES = 4096;

    private static final int INITIAL_PAGES = 16;

    private static final int GROWN_PAGES = 256;

    private static final int MAX_IDLE = 32;

    /// A holder whose sink has taken nothing for this long counts as stalled.
    private static final long STALLED_NANOS = 50_000_000;

    private final LinuxCalls linux;

    private final PipeBudget budget;

    private final ArrayDeque<Pipe> idle = new ArrayDeque<>(MAX_IDLE);

    private @Nullable Pipe firstLent;

    private int lent;

    private long opened;

    private boolean growthRefused;

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
    public @Nullable Pipe borrow(PipeHolder holder, long nowNanos) {
        Pipe pipe = idle.pollLast();
        if (pipe == null) {
            pipe = create();
            if (pipe == null) {
                pipe = reclaim(nowNanos);
            }
            if (pipe == null) {
                return null;
            }
        }
        pipe.holder = holder;
        pipe.length = 0;
        pipe.blockedSinceNanos = 0;
        link(pipe);
        return pipe;
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

    /// Makes a pipe as large as it gets, if the budget allows. Nobody else's is reclaimed for it.
    public void grow(Pipe pipe) {
        int more = GROWN_PAGES - pipe.pages;
        if (more <= 0 || growthRefused || !budget.reservePages(more)) {
            return;
        }
        int size = linux.fcntl(pipe.writeEnd, F_SETPIPE_SZ, (long) GROWN_PAGES * PAGE_BYTES);
        if (size < 0) {
            // EPERM: over the user's limit or over fs.pipe-max-size; asking again for every pipe would not help.
            growthRefused = true;
            budget.returnPages(more);
        } else {
            pipe.pages = GROWN_PAGES;
        }
    }

    /// Takes a pipe back.
    ///
    /// It is kept for the next holder, unless the budget runs short: other loops cannot reach what is idle here.
    public void release(Pipe pipe) {
        unlink(pipe);
        pipe.holder = null;
        if (pipe.length == 0 && idle.size() < MAX_IDLE && !budget.isShort()) {
            idle.addLast(pipe);
        } else {
            destroy(pipe);
        }
    }

    /// Asks the holder of the longest stalled pipe to give it back.
    private @Nullable Pipe reclaim(long nowNanos) {
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
        if (longest == null || holder == null || !holder.onPipeReclaim(longest)) {
            return null;
        }
        Pipe pooled = idle.pollLast();
        return pooled == null ? create() : pooled;
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
