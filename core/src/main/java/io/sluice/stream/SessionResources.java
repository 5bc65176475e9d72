package io.sluice.stream;

import java.util.concurrent.atomic.AtomicLong;

import io.sluice.metrics.WorkerMetrics;
import io.sluice.resolve.WorkerNames;
import io.sluice.session.ErrorSink;
import io.sluice.time.Clock;
import io.sluice.time.TimerWheel;
import io.sluice.transport.PipePool;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.upstream.Connector;
import io.sluice.variable.ProcessVariables;

/// What every session of a worker works with. Confined to its worker's event loop.
///
/// @param channels for pipelines of Netty's
/// @param wheel the worker's timers
/// @param names resolves names
/// @param connections how many sockets the worker may have, and has
/// @param numbers the process's source of session numbers
public record SessionResources(
        SocketLoop loop,
        WorkerChannels channels,
        Clock clock,
        TimerWheel wheel,
        PipePool pipes,
        Connector connector,
        WorkerNames names,
        WorkerMetrics metrics,
        ConnectionBudget connections,
        ErrorSink errors,
        ProcessVariables processVariables,
        AtomicLong numbers) {

    /// The calls of the loop's thread.
    public LinuxCalls linux() {
        return loop.linux();
    }
}
