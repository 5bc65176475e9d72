package io.sluice.transport;

import java.util.concurrent.atomic.AtomicInteger;

/// How many pipes the loops of a process may have together. Thread-safe.
///
/// An unprivileged user has fs.pipe-user-pages-soft pages (16,384 by default) for all pipes; past it new pipes shrink to
/// two pages and none grows. Half of that is ours, the rest is the user's other programs'. Descriptors are bounded too,
/// since sessions need them more.
public final class PipeBudget {

    private final int maxPages;

    private final int maxPipes;

    private final AtomicInteger pages = new AtomicInteger();

    private final AtomicInteger pipes = new AtomicInteger();

    /// @param maxPages pages in all pipes; `Integer.MAX_VALUE` where the user is exempt (CAP_SYS_RESOURCE)
    /// @param maxPipes pipes, each two descriptors
    public PipeBudget(int maxPages, int maxPipes) {
        this.maxPages = maxPages;
        this.maxPipes = maxPipes;
    }

    /// Pages in use.
    public int pages() {
        return pages.get();
    }

    /// Pipes in use.
    public int pipes() {
        return pipes.get();
    }

    /// Whether three quarters are in use, so that idle pipes had better be closed.
    boolean isShort() {
        return pages.get() > maxPages - maxPages / 4 || pipes.get() > maxPipes - maxPipes / 4;
    }

    boolean reservePipe(int itsPages) {
        if (pipes.incrementAndGet() > maxPipes) {
            pipes.decrementAndGet();
            return false;
        }
        if (!reservePages(itsPages)) {
            pipes.decrementAndGet();
            return false;
        }
        return true;
    }

    boolean reservePages(int more) {
        int before;
        do {
            before = pages.get();
            if (before > maxPages - more) {
                return false;
            }
        } while (!pages.compareAndSet(before, before + more));
        return true;
    }

    void returnPages(int fewer) {
        pages.addAndGet(-fewer);
    }

    void returnPipe(int itsPages) {
        pipes.decrementAndGet();
        pages.addAndGet(-itsPages);
    }
}
