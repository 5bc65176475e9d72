package io.sluice.server;

import java.util.Optional;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.sluice.transport.PipeBudget;
import io.sluice.transport.PipePool;
import io.sluice.transport.linux.Account;
import io.sluice.transport.linux.LinuxCalls;

import static org.assertj.core.api.Assertions.assertThat;

class PipeBudgetsTest {

    @Test
    void whoGivesUpRootStillHasPipes() throws Exception {
        PipeBudget budget =
                PipeBudgets.of(Optional.of(Account.find("nobody", Optional.empty())), OptionalInt.empty());
        PipePool pool = new PipePool(new LinuxCalls(), budget);
        assertThat(pool.borrow(_ -> false, false, 1)).isNotNull();
    }

    @Test
    void noneAreWantedNoneAreHad() throws Exception {
        PipeBudget budget = PipeBudgets.of(Optional.empty(), OptionalInt.of(0));
        PipePool pool = new PipePool(new LinuxCalls(), budget);
        assertThat(pool.borrow(_ -> false, false, 1)).isNull();
    }
}
