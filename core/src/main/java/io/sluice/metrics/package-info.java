/// Counters and latencies of each worker, and the reader that sums them.
///
/// Entry: [WorkerMetrics] for the worker that writes, [MetricsReader] for everybody else. A worker writes its own without
/// locks; any thread reads. Counting allocates nothing; recording a latency nothing after the first of its kind. Layer 0.
@NullMarked
package io.sluice.metrics;

import org.jspecify.annotations.NullMarked;
