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
    void severalNumbersAreReadAllOfThem() {
        int[] range = Sysctl.readAll("net/ipv4/ip_local_port_range");
        assertThat(range).hasSize(2);
        assertThat(range[0]).isBetween(1, range[1]);
        assertThat(Sysctl.read("net/ipv4/ip_local_port_range")).isEmpty();
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
