package io.sluice.metrics;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Allocations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

class MetricsTest {

    private final WorkerMetrics metrics = new WorkerMetrics();

    @ParameterizedTest
    @EnumSource(Metric.class)
    void everyMetricHasItsOwnCellAndASentence(Metric metric) {
        metrics.add(metric, 7);
        for (Metric other : Metric.values()) {
            assertThat(metrics.value(other)).isEqualTo(other == metric ? 7 : 0);
        }
        assertThat(metric.sentence()).matches("[A-Z].*\\.");
        assertThat(metric.family()).matches("[a-z_]+");
    }

    @Test
    void familyAndLabelNameAMetric() {
        assertThat(Arrays.stream(Metric.values()).map(m -> m.family() + "/" + m.label())).doesNotHaveDuplicates();
        assertThat(Metric.ended("downstream_closed")).isEqualTo(Metric.ENDED_DOWNSTREAM_CLOSED);
        assertThat(Metric.ENDED_DOWNSTREAM_CLOSED.family()).isEqualTo("sessions_ended");
        assertThatThrownBy(() -> Metric.ended("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void countersDoNotGoBack() {
        assertThatThrownBy(() -> metrics.decrement(Metric.SESSIONS_ACCEPTED)).isInstanceOf(AssertionError.class);
        metrics.decrement(Metric.SESSIONS_ACTIVE);
        assertThat(metrics.value(Metric.SESSIONS_ACTIVE)).isEqualTo(-1);
    }

    @Test
    void readerSumsOverWorkers() {
        WorkerMetrics second = new WorkerMetrics();
        MetricsReader reader = new MetricsReader();
        reader.add(metrics);
        reader.add(second);
        metrics.add(Metric.BYTES_COPIED, 40);
        second.add(Metric.BYTES_COPIED, 2);
        metrics.record(Latency.CONNECT, TimeUnit.MILLISECONDS.toNanos(1));
        second.record(Latency.CONNECT, TimeUnit.MILLISECONDS.toNanos(100));

        assertThat(reader.value(Metric.BYTES_COPIED)).isEqualTo(42);
        assertThat(reader.values()).containsEntry(Metric.BYTES_COPIED, 42L).hasSize(Metric.values().length);
        Histogram connect = reader.latency(Latency.CONNECT);
        assertThat(connect.getTotalCount()).isEqualTo(2);
        assertThat(connect.getMaxValue()).isCloseTo(100_000_000L, withPercentage(1));
        assertThat(reader.latency(Latency.SESSION).getTotalCount()).isZero();
    }

    @Test
    void readingResetsNothing() {
        MetricsReader reader = new MetricsReader();
        reader.add(metrics);
        metrics.record(Latency.SESSION, 5_000_000);
        assertThat(reader.latency(Latency.SESSION).getTotalCount()).isEqualTo(1);
        metrics.record(Latency.SESSION, 5_000_000);
        assertThat(reader.latency(Latency.SESSION).getTotalCount()).isEqualTo(2);
        assertThat(reader.latency(Latency.SESSION).getTotalCount()).isEqualTo(2);
    }

    @Test
    void extremeDurationsCountAsTheNearestEnd() {
        MetricsReader reader = new MetricsReader();
        reader.add(metrics);
        metrics.record(Latency.SESSION, -1);
        metrics.record(Latency.SESSION, Long.MAX_VALUE);
        Histogram session = reader.latency(Latency.SESSION);
        assertThat(session.getTotalCount()).isEqualTo(2);
        assertThat(session.getMaxValue()).isCloseTo(TimeUnit.DAYS.toNanos(12), withPercentage(1));
    }

    @Test
    void nothingIsLostWhileReadersFlip() throws InterruptedException {
        MetricsReader reader = new MetricsReader();
        reader.add(metrics);
        int values = 200_000;
        AtomicBoolean done = new AtomicBoolean();
        Thread readerThread = Thread.ofPlatform().start(() -> {
            long last = 0;
            while (!done.get()) {
                long count = reader.latency(Latency.CONNECT).getTotalCount();
                assertThat(count).isGreaterThanOrEqualTo(last);
                last = count;
            }
        });
        for (int i = 0; i < values; i++) {
            metrics.record(Latency.CONNECT, 1_000 + i);
            metrics.increment(Metric.CONNECTS_ATTEMPTED);
        }
        done.set(true);
        readerThread.join();
        assertThat(reader.latency(Latency.CONNECT).getTotalCount()).isEqualTo(values);
        assertThat(reader.value(Metric.CONNECTS_ATTEMPTED)).isEqualTo(values);
    }

    @Test
    void countingAndRecordingAllocateNothing() {
        long bytes = Allocations.bytes(100_000, () -> {
            metrics.increment(Metric.SESSIONS_ACTIVE);
            metrics.add(Metric.BYTES_SPLICED, 65_536);
            metrics.decrement(Metric.SESSIONS_ACTIVE);
            metrics.record(Latency.FIRST_BYTE, 123_456);
            metrics.increment(Metric.ended("upstream_closed"));
        });
        assertThat(bytes).isZero();
    }
}
