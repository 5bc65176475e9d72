package io.sluice.bench.timer;

import java.util.Random;
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
import org.openjdk.jmh.annotations.Warmup;

import io.sluice.time.Timer;
import io.sluice.time.TimerWheel;

/// What does a timeout cost among so many others: set and cancelled, set anew, waited for? Confined to the benchmark's thread.
///
/// Deadlines lie up to a minute ahead. A timer that fires sets itself anew, so that their number stays; with a million of
/// them a tick fires some 35.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up
public class TimerWheelBenchmark {

    private static final int DELAYS = 1 << 16;

    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final long TICK_NANOS = 1 << 20;

    /// Timers that wait.
    @Param({"10", "10000", "1000000"})
    public int timers;

    private final long[] delays = new Random(1).longs(DELAYS, 0, LONGEST_NANOS).toArray();

    private final Waiting another = new Waiting();

    private TimerWheel wheel;

    private Waiting[] waiting;

    private long nowNanos;

    private int nextDelay;

    private int nextTimer;

    /// For JMH.
    public TimerWheelBenchmark() {}

    /// Sets all timers.
    @Setup(Level.Trial)
    public void schedule() {
        wheel = new TimerWheel(nowNanos);
        waiting = new Waiting[timers];
        for (int i = 0; i < timers; i++) {
            waiting[i] = new Waiting();
            wheel.schedule(waiting[i], deadline());
        }
    }

    private long deadline() {
        nextDelay = (nextDelay + 1) & (DELAYS - 1);
        return nowNanos + delays[nextDelay];
    }

    /// One timer more, and it is cancelled: a connect that succeeds.
    @Benchmark
    public void armAndCancel() {
        wheel.schedule(another, deadline());
        wheel.cancel(another);
    }

    /// One of them gets another deadline.
    @Benchmark
    public void rearm() {
        nextTimer = nextTimer + 1 == timers ? 0 : nextTimer + 1;
        wheel.schedule(waiting[nextTimer], deadline());
    }

    /// A turn of the loop, one tick after the last: what is due fires.
    @Benchmark
    public long tick() {
        nowNanos += TICK_NANOS;
        return wheel.advance(nowNanos) + wheel.nanosUntilNext(nowNanos);
    }

    private final class Waiting extends Timer {

        @Override
        protected void onTimer(long firedNanos) {
            wheel.schedule(this, deadline());
        }
    }
}
