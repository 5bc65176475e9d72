package io.sluice.transport.linux;

import java.util.Optional;

/// The signals that a server is controlled by, with their numbers on x86-64 and AArch64 (signal(7)). Immutable.
public enum Signal {
    HUP(1),
    INT(2),
    QUIT(3),
    USR1(10),
    USR2(12),
    TERM(15),
    WINCH(28);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /// What kill(2) takes.
    public int number() {
        return number;
    }

    /// `SIGHUP` and so on.
    public String label() {
        return "SIG" + name();
    }

    /// The signal of a number.
    public static Optional<Signal> of(int number) {
        for (Signal signal : values()) {
            if (signal.number == number) {
                return Optional.of(signal);
            }
        }
        return Optional.empty();
    }
}
