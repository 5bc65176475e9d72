package io.sluice.session;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StreamVariableTest {

    @Test
    void namesAreFoundWithoutRegardToCase() {
        assertThat(StreamVariable.byName("Remote_Addr")).contains(StreamVariable.REMOTE_ADDR);
        assertThat(StreamVariable.byName("tcpinfo_rtt")).isEmpty();
    }

    @Test
    void everySentenceEndsWithAFullStop() {
        assertThat(StreamVariable.values()).allSatisfy(v -> assertThat(v.sentence()).endsWith("."));
    }

    @Test
    void whatIsNotBuiltIsNotAvailable() {
        assertThat(StreamVariable.SESSION_OUTCOME.available()).isTrue();
        assertThat(StreamVariable.SSL_PREREAD_SERVER_NAME.available()).isFalse();
    }
}
