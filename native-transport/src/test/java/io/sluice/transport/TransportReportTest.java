package io.sluice.transport;

import java.io.IOException;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.transport.linux.Errno;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TransportReportTest {

    private static final Map<Transport, String> NO_URING = Map.of(Transport.IO_URING, "it rains");

    @Test
    void epollIsAlwaysThere() throws IOException {
        TransportReport report = TransportReport.probe("epoll");
        assertThat(report.transport()).isEqualTo(Transport.EPOLL);
        assertThat(report.reason(Transport.EPOLL)).isEmpty();
        assertThat(report.summary()).startsWith("transport epoll");
    }

    /// The probe must agree with the attempt.
    @Test
    void whatIsReportedAvailableCanBeHad() throws IOException {
        TransportReport report = TransportReport.probe(TransportReport.AUTO);
        for (Transport transport : Transport.values()) {
            if (report.reason(transport).isEmpty()) {
                transport.newLoop().destroy();
            } else {
                assertThatThrownBy(transport::newLoop).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void autoTakesUringWhereItIsAvailable() throws IOException {
        assertThat(TransportReport.choose("auto", Map.of()).transport()).isEqualTo(Transport.IO_URING);
    }

    @Test
    void autoTakesEpollOtherwiseAndSaysWhy() throws IOException {
        TransportReport report = TransportReport.choose("auto", NO_URING);
        assertThat(report.transport()).isEqualTo(Transport.EPOLL);
        assertThat(report.summary()).isEqualTo("transport epoll; io_uring is not available: it rains");
    }

    @Test
    void anUnavailableChoiceIsAnErrorWithTheReason() {
        assertThatThrownBy(() -> TransportReport.choose("io_uring", NO_URING))
                .isInstanceOf(IOException.class)
                .hasMessage("transport io_uring is not available: it rains");
    }

    @Test
    void anUnknownChoiceIsAnErrorThatNamesTheOthers() {
        assertThatThrownBy(() -> TransportReport.probe("kqueue"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown transport \"kqueue\", it must be one of auto, epoll, io_uring");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                Errno.ENOSYS + "|0|kernel 5.4 has no io_uring, or a seccomp filter hides it",
                Errno.EINVAL + "|0|kernel 5.4 is too old, io_uring is used from 6.1 on",
                Errno.EPERM + "|2|forbidden by sysctl kernel.io_uring_disabled=2",
                Errno.EPERM + "|0|a seccomp filter forbids it, as the defaults of container engines do",
                Errno.ENOMEM + "|0|no memory for its queues, or the limit of locked memory is too low (ulimit -l)",
                Errno.EMFILE + "|0|io_uring_setup() failed (24: Too many open files)",
            })
    void everyRefusalHasASentence(int errno, int disabled, String sentence) {
        RingException refusal = new RingException("io_uring_setup()", errno);
        assertThat(TransportReport.uringRefusal(refusal, "5.4", disabled)).isEqualTo(sentence);
    }
}
