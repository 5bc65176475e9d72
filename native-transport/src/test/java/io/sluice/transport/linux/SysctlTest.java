package io.sluice.transport.linux;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SysctlTest {

    /// The kernel allows none below.
    private static final int LEAST_PID_MAX = 301;

    @Test
    void aNumberIsReadToItsLastDigit() {
        assertThat(Sysctl.read("kernel/pid_max").orElseThrow()).isGreaterThanOrEqualTo(LEAST_PID_MAX);
    }

    @Test
    void whatDoesNotExistIsEmpty() {
        assertThat(Sysctl.read("kernel/no-such-setting")).isEmpty();
    }

    @Test
    void whatIsNoNumberIsEmpty() {
        assertThat(Sysctl.read("kernel/ostype")).isEmpty();
    }
}
