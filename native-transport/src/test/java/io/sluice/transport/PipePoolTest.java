package io.sluice.transport;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.Privileges;

import static io.sluice.transport.linux.LinuxConstants.F_GETPIPE_SZ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class PipePoolTest {

    private static final int SMALL_PAGES = 16;

    private static final int LARGE_BYTES = 1 << 20;

    private static final int SMALL_BYTES = 64 * 1024;

    private static final PipeHolder KEEPS = _ -> false;

    private final LinuxCalls linux = new LinuxCalls();

    private final long memory = NativeMemory.allocateForever(64, 8);

    @Test
    void anEmptyPipeIsLentAgain() {
        PipeBudget budget = new PipeBudget(1000, 10);
        PipePool pool = new PipePool(linux, budget);
        Pipe pipe = lend(pool);
        assertThat(pool.lent()).isEqualTo(1);
        assertThat(pipe.capacity()).isEqualTo(SMALL_BYTES);
        assertThat(linux.fcntl(pipe.writeEnd(), F_GETPIPE_SZ, 0)).isEqualTo(SMALL_BYTES);
        pool.release(pipe);
        assertThat(pool.lent()).isZero();
        assertThat(pool.borrow(KEEPS, false, 1)).isSameAs(pipe);
        assertThat(budget.pipes()).isEqualTo(1);
        pool.release(pipe);
        pool.close();
        assertThat(budget.pipes()).isZero();
        assertThat(budget.pages()).isZero();
    }

    @Test
    void aPipeWithBytesInsideIsClosed() {
        PipeBudget budget = new PipeBudget(1000, 10);
        PipePool pool = new PipePool(linux, budget);
        Pipe pipe = lend(pool);
        int readEnd = pipe.readEnd();
        pipe.added(linux.write(pipe.writeEnd(), memory, 10));
        assertThat(pipe.length()).isEqualTo(10);
        pool.release(pipe);
        assertThat(linux.fcntl(readEnd, F_GETPIPE_SZ, 0)).isNegative();
        assertThat(budget.pipes()).isZero();
    }

    @Test
    void growthCountsAgainstTheBudget() {
        PipeBudget budget = new PipeBudget(256 + SMALL_PAGES, 10);
        PipePool pool = new PipePool(linux, budget);
        Pipe first = lend(pool);
        Pipe second = lend(pool);
        pool.grow(first, 1);
        // 16 + 16 pages are out: 256 + 16 allow one to grow, not both.
        assertThat(first.capacity()).isEqualTo(LARGE_BYTES);
        assertThat(linux.fcntl(first.writeEnd(), F_GETPIPE_SZ, 0)).isEqualTo(LARGE_BYTES);
        pool.grow(second, 1);
        assertThat(second.capacity()).isEqualTo(SMALL_BYTES);
        assertThat(budget.pages()).isEqualTo(256 + SMALL_PAGES);
        pool.grow(first, 1);
        assertThat(budget.pages()).isEqualTo(256 + SMALL_PAGES);
        pool.release(first);
        pool.release(second);
        pool.close();
        assertThat(budget.pages()).isZero();
    }

    @Test
    void aLargePipeIsForWhoeverDrains() {
        PipePool pool = new PipePool(linux, new PipeBudget(1000, 10));
        Pipe large = lend(pool);
        Pipe small = lend(pool);
        pool.grow(large, 1);
        pool.release(large);
        pool.release(small);
        assertThat(pool.borrow(KEEPS, false, 1)).isSameAs(small);
        Pipe another = lend(pool);
        assertThat(another).isNotSameAs(large);
        pool.release(another);
        assertThat(pool.borrow(KEEPS, true, 1)).isSameAs(large);
        pool.close();
    }

    @Test
    void aLargePipeIsBetterThanNone() {
        PipePool pool = new PipePool(linux, new PipeBudget(1000, 1));
        Pipe large = lend(pool);
        pool.grow(large, 1);
        pool.release(large);
        assertThat(pool.borrow(KEEPS, false, 1)).isSameAs(large);
    }

    @Test
    void whenTheBudgetIsShortOneIdlePipeIsKept() {
        PipeBudget budget = new PipeBudget(2 * SMALL_PAGES, 10);
        PipePool pool = new PipePool(linux, budget);
        Pipe first = lend(pool);
        Pipe second = lend(pool);
        pool.release(first);
        assertThat(pool.pooled()).isEqualTo(1);
        assertThat(lend(pool)).isSameAs(first);
        pool.release(second);
        pool.release(first);
        assertThat(pool.pooled()).isEqualTo(1);
        assertThat(budget.pages()).isEqualTo(SMALL_PAGES);
    }

    @Test
    void noPipeIsLentBeyondTheBudget() {
        PipeBudget budget = new PipeBudget(1000, 2);
        PipePool pool = new PipePool(linux, budget);
        PipePool other = new PipePool(linux, budget);
        Pipe first = lend(pool);
        Pipe second = lend(other);
        assertThat(pool.borrow(KEEPS, false, 1)).isNull();
        assertThat(budget.pipes()).isEqualTo(2);
        other.release(second);
        other.close();
        assertThat(pool.borrow(KEEPS, false, 1)).isNotNull().isNotSameAs(first);
    }

    @Test
    void thePipeThatStandsStillTheLongestIsReclaimed() {
        PipePool pool = new PipePool(linux, new PipeBudget(1000, 3));
        List<String> asked = new ArrayList<>();
        Pipe early = lend(pool, givesBack(pool, "early", asked));
        Pipe late = lend(pool, givesBack(pool, "late", asked));
        lend(pool, givesBack(pool, "moving", asked));
        early.blocked(1_000_000_000);
        late.blocked(2_000_000_000);
        early.blocked(3_000_000_000L);
        assertThat(pool.borrow(KEEPS, false, 1_010_000_000)).as("nobody is stalled yet").isNull();
        assertThat(pool.borrow(KEEPS, false, 4_000_000_000L)).isSameAs(early);
        assertThat(asked).containsExactly("early");
        assertThat(pool.borrow(KEEPS, false, 4_000_000_000L)).isSameAs(late);
        assertThat(pool.borrow(KEEPS, false, 4_000_000_000L)).isNull();
        assertThat(asked).containsExactly("early", "late");
    }

    @Test
    void aPipeThatMovesAgainIsNotReclaimed() {
        PipePool pool = new PipePool(linux, new PipeBudget(1000, 1));
        List<String> asked = new ArrayList<>();
        Pipe pipe = lend(pool, givesBack(pool, "moved", asked));
        pipe.added(10);
        pipe.blocked(1_000_000_000);
        pipe.removed(5);
        assertThat(pool.borrow(KEEPS, false, 5_000_000_000L)).isNull();
        assertThat(asked).isEmpty();
    }

    @Test
    void aHolderMayKeepItsPipe() {
        PipePool pool = new PipePool(linux, new PipeBudget(1000, 1));
        lend(pool).blocked(1);
        assertThat(pool.borrow(KEEPS, false, 5_000_000_000L)).isNull();
        assertThat(pool.lent()).isEqualTo(1);
    }

    /// The kernel's own limit, which root is exempt from, so somebody else asks.
    @Test
    void anUnprivilegedUserGetsNoPipeThatIsTooSmall() throws Exception {
        assumeTrue(Privileges.root(), "only root can become somebody else");
        try (ReadableClassPath classPath = new ReadableClassPath()) {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            classPath.toString(),
                            PipeLimitMain.class.getName())
                    .redirectErrorStream(true)
                    .start();
            assertGrowsWithinTheLimit(child);
        }
    }

    private static void assertGrowsWithinTheLimit(Process child) throws InterruptedException {
        try {
            List<String> lines = child.inputReader().lines().toList();
            assertThat(child.waitFor(TestLoop.DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(lines)
                    .containsExactly(
                            "some pipes grew: true",
                            "then growth was refused: true",
                            "and not asked for again: true",
                            "no lent pipe is smaller than 64 KiB: true",
                            "in the end there was none: true",
                            "pages are counted back: 0");
        } finally {
            child.destroyForcibly();
        }
    }

    private static PipeHolder givesBack(PipePool pool, String name, List<String> asked) {
        return pipe -> {
            asked.add(name);
            pool.release(pipe);
            return true;
        };
    }

    private static Pipe lend(PipePool pool) {
        return lend(pool, KEEPS);
    }

    private static Pipe lend(PipePool pool, PipeHolder holder) {
        @Nullable Pipe pipe = pool.borrow(holder, false, 1);
        assertThat(pipe).isNotNull();
        return pipe;
    }
}
