package io.sluice.log;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.ErrorLogConfig;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.LogTarget;
import io.sluice.variable.ByteText;

/// All logs of the process, and the thread that writes them. Thread-safe.
///
/// Before [#start] and after [#close] lines are written by whoever logs them; in between by one thread, out of a bounded
/// queue. The writer takes a line at once when it was idle, and then no oftener than every few milliseconds, so that
/// busy workers pay for few wake-ups.
///
///     Logs logs = new Logs(hostName);
///     LogSet set = logs.newSet(config.process().errorLogs());  // building a generation: opens nothing
///     ErrorLog errors = set.errors();
///     AccessLogs access = set.accessLogs(server.accessLogs(), formats, variables);
///     set.open();                                              // before the workers take it over
///     logs.start();
///     logs.reopen();                                           // USR1
///     set.close();                                             // when the generation has retired
///     logs.close();                                            // at exit: everything logged before is written
public final class Logs implements AutoCloseable {

    private static final int QUEUE_CAPACITY = 8192;

    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final int MAX_ON_DEMAND_FILES = 64;

    private final MpscAtomicArrayQueue<LogEntry> queue;

    private final AtomicLong dropped = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();

    // From here to the blank line: guarded by the lock.
    private final Descriptors descriptors = new Descriptors();
    private final Map<Object, Shared> destinations = new HashMap<>();
    private final LogTimes times = new LogTimes(ZoneId.systemDefault());
    private final LineBuffer line = new LineBuffer();
    private final OnDemandFiles onDemandFiles;
    private final List<ErrorLog> repeating = new ArrayList<>();
    private boolean reporting;
    private long reportedDrops;

    private final LongSupplier nanoTime;

    private final String hostName;

    // Takes messages about logging itself; the newest generation's.
    private volatile @Nullable ErrorLog main;

    private volatile @Nullable Thread writer;

    // The writer is parked or about to be, and wants to be woken.
    private volatile boolean waiting;

    private volatile boolean stopping;

    /// Logs of a process on this host.
    public Logs(String hostName) {
        this(hostName, QUEUE_CAPACITY, System::nanoTime);
    }

    /// @param nanoTime the monotonic clock
    Logs(String hostName, int queueCapacity, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.hostName = ByteText.of(hostName);
        this.queue = new MpscAtomicArrayQueue<>(queueCapacity);
        this.onDemandFiles = new OnDemandFiles(descriptors, this::report, MAX_ON_DEMAND_FILES);
    }

    /// The logs of a new generation, none open yet.
    ///
    /// @param errorLogs those of the process
    public LogSet newSet(List<ErrorLogConfig> errorLogs) {
        return new LogSet(this, errorLogs);
    }

    /// From now on lines are written by a thread of their own.
    public void start() {
        Thread thread = Thread.ofPlatform().name("sluice-log").daemon().unstarted(this::run);
        writer = thread;
        thread.start();
    }

    /// Opens all files anew, after they were moved away.
    public void reopen() {
        locked(() -> {
            drain();
            destinations.values().forEach(shared -> shared.destination.reopen());
            onDemandFiles.closeAll();
        });
    }

    /// How many lines were dropped since the start because the writer was behind.
    public long droppedLines() {
        return dropped.get();
    }

    /// Writes everything that was logged before, and closes all files.
    @Override
    public void close() {
        stopWriter();
        locked(() -> {
            drain();
            List.copyOf(repeating).forEach(ErrorLog::endRepetition);
            destinations.values().forEach(shared -> shared.destination.close());
            onDemandFiles.closeAll();
        });
    }

    /// Hands a line over; false when it was dropped.
    boolean submit(LogEntry entry) {
        Thread thread = writer;
        if (thread == null) {
            locked(() -> process(entry));
            return true;
        }
        if (!queue.offer(entry)) {
            if (!(entry instanceof LogSet.End)) {
                dropped.incrementAndGet();
            }
            return false;
        }
        if (waiting) {
            LockSupport.unpark(thread);
        }
        return true;
    }

    void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    ReentrantLock lock() {
        return lock;
    }

    /// The destination of a literal path, standard error or a syslog server; another user of it.
    Destination acquire(LogTarget target) {
        assert lock.isHeldByCurrentThread();
        Destination created = switch (target) {
            case LogTarget.File file -> new FileDestination(descriptors, ByteText.of(file.path().toString()), this::report);
            case LogTarget.StandardError _ -> new StandardErrorDestination(descriptors);
            case LogTarget.Syslog syslog ->
                new SyslogDestination(descriptors, syslog, hostName, times, this::report);
        };
        Shared shared = destinations.computeIfAbsent(created.key(), _ -> new Shared(created));
        shared.users++;
        return shared.destination;
    }

    /// One user less; the last one closes it.
    void release(Destination destination) {
        assert lock.isHeldByCurrentThread();
        Shared shared = destinations.get(destination.key());
        if (shared != null && --shared.users == 0) {
            destinations.remove(destination.key());
            shared.destination.close();
        }
    }

    /// Files that are opened when a line needs them.
    OnDemandFiles onDemandFiles() {
        return onDemandFiles;
    }

    /// The monotonic clock.
    long nanos() {
        return nanoTime.getAsLong();
    }

    LogTimes times() {
        return times;
    }

    /// The buffer of the line that is being written, empty.
    LineBuffer line() {
        line.clear();
        return line;
    }

    /// Makes a log the one that takes messages about logging itself.
    void main(ErrorLog log) {
        main = log;
    }

    /// A log begins or ends to count repetitions, which have to be reported after a while.
    void repeating(ErrorLog log, boolean begins) {
        if (begins) {
            repeating.add(log);
        } else {
            repeating.remove(log);
        }
    }

    /// Logs a message about logging itself, at once; not while one is being logged, or it would go in circles.
    private void report(LogLevel level, String message) {
        ErrorLog log = main;
        if (log == null || reporting || !log.admits(level)) {
            return;
        }
        reporting = true;
        try {
            LineBuffer interrupted = new LineBuffer().append(line.bytes(), line.length());
            log.entry(level, 0, message).write();
            line().append(interrupted.bytes(), interrupted.length());
        } finally {
            reporting = false;
        }
    }

    private void run() {
        while (!stopping) {
            int[] written = {0};
            locked(() -> written[0] = drain());
            if (written[0] > 0) {
                LockSupport.parkNanos(this, LINGER_NANOS);
            } else {
                await();
            }
        }
    }

    private void await() {
        long[] nanos = {0};
        locked(() -> nanos[0] = nanosUntilDue(nanos()));
        waiting = true;
        if (queue.isEmpty() && !stopping) {
            LockSupport.parkNanos(this, nanos[0]);
        }
        waiting = false;
    }

    /// Writes what is queued, and what is due without being queued; returns how many lines were queued.
    int drain() {
        int written = 0;
        for (LogEntry entry = queue.poll(); entry != null; entry = queue.poll()) {
            process(entry);
            written++;
        }
        reportDrops();
        long now = nanos();
        destinations.values().forEach(shared -> shared.destination.flush(now));
        List.copyOf(repeating).forEach(log -> log.endRepetitionIfDue(now));
        onDemandFiles.closeStale(now);
        return written;
    }

    @SuppressWarnings("CatchAndPrintStackTrace") // the one place that is left to tell
    private void process(LogEntry entry) {
        try {
            entry.write();
        } catch (RuntimeException e) {
            // A fault of ours in one line must neither reach who logs it nor end the writer.
            e.printStackTrace();
        }
    }

    private void reportDrops() {
        long total = dropped.get();
        if (total != reportedDrops) {
            report(LogLevel.WARN, (total - reportedDrops) + " log lines were dropped, the writer was behind");
            reportedDrops = total;
        }
    }

    private long nanosUntilDue(long now) {
        long nanos = Math.min(Long.MAX_VALUE, onDemandFiles.nanosUntilStale(now));
        for (Shared shared : destinations.values()) {
            nanos = Math.min(nanos, shared.destination.nanosUntilFlush(now));
        }
        for (ErrorLog log : repeating) {
            nanos = Math.min(nanos, log.nanosUntilRepetitionEnds(now));
        }
        return Math.max(nanos, 1);
    }

    private void stopWriter() {
        Thread thread = writer;
        if (thread == null) {
            return;
        }
        stopping = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            LockSupport.unpark(thread);
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        writer = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// A destination and how many logs use it. Confined to whoever holds the lock.
    private static final class Shared {

        private final Destination destination;

        private int users;

        Shared(Destination destination) {
            this.destination = destination;
        }
    }
}
