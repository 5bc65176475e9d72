package io.sluice.server;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

import io.sluice.transport.PipeBudget;
import io.sluice.transport.linux.Account;
import io.sluice.transport.linux.OpenFilesLimit;
import io.sluice.transport.linux.Privileges;
import io.sluice.transport.linux.Sysctl;

/// How many pipes this process may use, from what the system allows its user. Used during start-up only.
final class PipeBudgets {

    /// The kernel's default, for a system that hides its own.
    private static final int DEFAULT_SOFT_PAGES = 16_384;

    /// Sessions need descriptors more than directions need pipes: one of eight may be a pipe's.
    private static final int DESCRIPTORS_PER_PIPE = 16;

    private PipeBudgets() {}

    /// @param becomes whom the process gives up root for; empty: it stays who it is
    /// @param wanted a limit that was asked for, see [ServerOptions#pipes]
    static PipeBudget of(Optional<Account> becomes, OptionalInt wanted) throws IOException {
        long descriptors = OpenFilesLimit.current().soft();
        int pipes = wanted.orElse(Math.clamp(descriptors / DESCRIPTORS_PER_PIPE, 1, 1 << 20));
        boolean exempt = becomes.isEmpty() && Privileges.root();
        // 0: there is no limit.
        int soft = Sysctl.read("fs/pipe-user-pages-soft").orElse(DEFAULT_SOFT_PAGES);
        return new PipeBudget(exempt || soft == 0 ? Integer.MAX_VALUE : soft / 2, pipes);
    }
}
