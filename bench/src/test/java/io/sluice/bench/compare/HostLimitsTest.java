package io.sluice.bench.compare;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HostLimitsTest {

    private static final HostLimits HOST = new HostLimits(20_000, 1_048_576, 28_232);

    @Test
    void descriptorsDecideHowManyFit() {
        assertThat(HOST.possible(1)).isEqualTo(17_500);
        assertThat(HOST.possible(2)).isEqualTo(8_750);
    }

    @Test
    void saysWhatToRaise() {
        assertThat(HOST.advice(100_000, 1)).isEqualTo("'ulimit -n 102500' as root");
        assertThat(HOST.advice(1_000_000, 2)).isEqualTo("'sysctl -w fs.nr_open=2002500' and 'ulimit -n 2002500' as root");
    }

    @Test
    void portsOfOneAddressRunOut() {
        assertThat(HOST.portsRunOut(16_000)).isFalse();
        assertThat(HOST.portsRunOut(28_000)).isTrue();
    }

    @Test
    void readsThoseOfThisHost() throws Exception {
        HostLimits here = HostLimits.current();
        assertThat(here.openFiles()).isPositive();
        assertThat(here.mostOpenFiles()).isPositive();
        assertThat(here.localPorts()).isPositive();
    }
}
