package io.sluice.bench.logformat;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.sluice.log.LogOpenException;

/// What does a session's line in the access log cost, from the values to the file's buffer? Confined to the benchmark's
/// thread.
///
/// The worker's part (taking the values) and the writer's (escaping them into the line) in one thread; `handoff` has the
/// worker's alone.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up
public class AccessLogBenchmark {

    private static final String SHORT = "'$remote_addr $status $session_time'";

    private static final String SESSIONS = "'$remote_addr [$time_iso8601] $status $session_outcome "
            + "$bytes_received/$bytes_sent $session_time "
            + "upstream=$upstream_addr connect=$upstream_connect_time'";

    private static final String JSON = "escape=json '{\"client\":\"$remote_addr\",\"time\":\"$time_iso8601\","
            + "\"status\":$status,\"outcome\":\"$session_outcome\",\"received\":$bytes_received,"
            + "\"sent\":$bytes_sent,\"seconds\":$session_time,\"upstream\":\"$upstream_addr\"}'";

    /// Three variables; the nine of conf/balanced.conf; eight in JSON.
    @Param({"short", "sessions", "json"})
    public String format;

    private NowhereLog log;

    private LoggedSession session;

    /// For JMH.
    public AccessLogBenchmark() {}

    /// Opens the log.
    @Setup(Level.Trial)
    public void open() throws LogOpenException {
        log = new NowhereLog(switch (format) {
            case "short" -> SHORT;
            case "sessions" -> SESSIONS;
            case "json" -> JSON;
            default -> throw new IllegalArgumentException(format);
        });
        session = log.session();
    }

    /// Ends it.
    @TearDown(Level.Trial)
    public void close() {
        log.close();
    }

    /// One line.
    @Benchmark
    public int line() {
        return log.lines().log(session);
    }
}
