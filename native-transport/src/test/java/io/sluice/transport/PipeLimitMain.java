package io.sluice.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sluice.transport.linux.Account;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.Privileges;

import static io.sluice.transport.linux.LinuxConstants.F_GETPIPE_SZ;

/// Borrows pipes as an unprivileged user until the kernel's limit of pages is reached, far within the pool's own budget.
/// Used by [PipePoolTest] as a process of its own.
final class PipeLimitMain {

    private static final int ENDLESS = 1_000_000;

    /// Not all of these can grow: fs.pipe-user-pages-soft is 16,384 pages.
    private static final int FIRST = 100;

    private static final int GROWN_PAGES = 256;

    private PipeLimitMain() {}

    public static void main(String[] arguments) throws Exception {
        Privileges.drop(Account.find("nobody", Optional.empty()), false);
        LinuxCalls linux = new LinuxCalls();
        PipeBudget budget = new PipeBudget(ENDLESS, ENDLESS);
        PipePool pool = new PipePool(linux, budget);
        List<Pipe> lent = new ArrayList<>();
        Pipe pipe;
        while (lent.size() < FIRST && (pipe = pool.borrow(_ -> false, false, 1)) != null) {
            lent.add(pipe);
        }
        int grown = 0;
        boolean refused = false;
        boolean askedAgain = false;
        for (Pipe each : lent) {
            int before = budget.pages();
            pool.grow(each, 1);
            if (each.capacity() == GROWN_PAGES * PipePool.PAGE_BYTES) {
                grown++;
                askedAgain |= refused;
            } else {
                refused = true;
                askedAgain |= budget.pages() != before;
            }
        }
        while ((pipe = pool.borrow(_ -> false, false, 1)) != null) {
            lent.add(pipe);
        }
        System.out.println("some pipes grew: " + (grown > 0));
        System.out.println("then growth was refused: " + refused);
        System.out.println("and not asked for again: " + !askedAgain);
        System.out.println("no lent pipe is smaller than 64 KiB: "
                + lent.stream().allMatch(each -> linux.fcntl(each.writeEnd(), F_GETPIPE_SZ, 0) >= each.capacity()));
        System.out.println("in the end there was none: " + (budget.pipes() == lent.size()));
        lent.forEach(pool::release);
        pool.close();
        System.out.println("pages are counted back: " + budget.pages());
    }
}
