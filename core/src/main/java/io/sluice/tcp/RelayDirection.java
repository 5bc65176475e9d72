package io.sluice.tcp;

import org.jspecify.annotations.Nullable;

import io.sluice.metrics.Metric;
import io.sluice.metrics.WorkerMetrics;
import io.sluice.session.Side;
import io.sluice.transport.Pipe;
import io.sluice.transport.PipeHolder;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;

import static io.sluice.transport.linux.LinuxConstants.MSG_PEEK;
import static io.sluice.transport.linux.LinuxConstants.SPLICE_F_MOVE;
import static io.sluice.transport.linux.LinuxConstants.SPLICE_F_NONBLOCK;

/// One direction of a relay: bytes from a source socket to a sink socket. Confined to its worker's event loop.
///
/// Bytes are copied through the worker's buffer as long as reads are small, and moved through a pipe by splice(2) once
/// reads are full:
///
///               full reads                               source dry: pipe returned
///     COPYING ------------------------> SPLICING <--------------------------------+
///        ^                                 |  |                                   |
///        |  small bursts, or no pipe       |  +-- sink full: STALLED, pipe kept --+
///        +---------------------------------+          (or emptied into the sink's backlog, when pipes run out)
///
/// Back-pressure is not reading. A direction that is idle holds neither buffer nor pipe.
final class RelayDirection implements PipeHolder {

    /// Reads in a row that filled the buffer before a direction counts as bulk.
    private static final int FULL_READS_FOR_BULK = 2;

    /// After a pipe was refused, so many full reads pass before the next attempt.
    private static final int FULL_READS_AFTER_REFUSAL = 64;

    /// A burst smaller than this is cheaper to copy: a splice costs two calls more.
    private static final int SMALL_BURST_BYTES = 16 * 1024;

    private static final int SMALL_BURSTS_TO_LEAVE = 4;

    /// What one direction may move in one turn before the other sessions have theirs.
    private static final int MAX_BYTES_PER_TURN = 1024 * 1024;

    /// What a sink has to take before its direction gets a large pipe: more than the kernel's buffers take on behalf of a
    /// reader that reads nothing, who would keep the pipe.
    private static final int DRAINING_BYTES = 4 * 1024 * 1024;

    /// What the kernel may keep for a bulk direction's sink beyond what the peer's window allows. With as much as it likes,
    /// 3.9 MiB each, 200 stalled readers have been seen to slow all of the host down (net.ipv4.tcp_mem). A sink that has proved
    /// to drain is as the kernel has it again: the limit makes more wake-ups, 12 % of the processor time of a download.
    private static final int MAX_UNSENT_BYTES = 256 * 1024;

    /// Buffer of a direction that is bulk but has no pipe.
    private static final int BULK_COPY_BYTES = 64 * 1024;

    private final RelayOwner session;

    private final Side from;

    private final StreamSocket source;

    private final StreamSocket sink;

    private final int readLimit;

    private long bytes;

    private @Nullable Pipe pipe;

    private int fullReads;

    private int smallBursts;

    private boolean splicing;

    private boolean unsentLimited;

    private boolean unsentFreed;

    /// The source has ended; what is under way may not have arrived.
    private boolean sourceEnded;

    /// Everything has been handed to the sink's kernel buffer.
    private boolean finished;

    RelayDirection(RelayOwner session, Side from, StreamSocket source, StreamSocket sink, int readLimit) {
        this.session = session;
        this.from = from;
        this.source = source;
        this.sink = sink;
        this.readLimit = readLimit;
        source.readLimit(readLimit);
    }

    /// Begins, in byte mode.
    void start() {
        source.startBytes();
    }

    /// Which side the bytes come from.
    Side from() {
        return from;
    }

    /// Bytes read from the source.
    long received() {
        return bytes;
    }

    /// Bytes that the sink's kernel buffer has taken.
    long sent() {
        Pipe held = pipe;
        return bytes - sink.backlogBytes() - (held == null ? 0 : held.length());
    }

    /// Whether the source has ended and all of it was passed on.
    boolean isFinished() {
        return finished;
    }

    /// Bytes read by the source socket.
    void onBytes(long address, int length) {
        count(Metric.BYTES_COPIED, length);
        boolean taken = sink.send(address, length);
        if (!taken) {
            source.pause();
        }
        if (length < Math.min(readLimit, StreamSocket.DEFAULT_READ_LIMIT)) {
            fullReads = 0;
        } else if (++fullReads >= FULL_READS_FOR_BULK && taken && !splicing && !source.hasUrgent()) {
            beginSplicing();
        }
    }

    /// Without a pipe yet: the sink may still be sending what was copied, and an empty pipe that waits for a slow reader
    /// would be nobody's to reclaim.
    private void beginSplicing() {
        splicing = true;
        smallBursts = 0;
        if (!unsentLimited) {
            unsentLimited = true;
            sink.limitUnsent(MAX_UNSENT_BYTES);
        }
        source.startReadiness();
    }

    /// The source may have something to splice.
    void onReadable() {
        if (isStalled() || sink.hasUnsent()) {
            int errno = source.announcedError();
            if (errno != 0) {
                session.onError(source, errno);
            } else {
                sink.awaitWritable();
            }
        } else {
            splice();
        }
    }

    private boolean isStalled() {
        Pipe held = pipe;
        return held != null && held.length() > 0;
    }

    /// The sink takes bytes again.
    void onWritable() {
        if (isStalled()) {
            splice();
        } else if (sourceEnded) {
            finish();
        } else if (splicing) {
            source.startReadiness();
        } else {
            source.startBytes();
        }
    }

    /// The source has sent FIN (byte mode).
    void onEnd() {
        sourceEnded = true;
        if (sink.hasUnsent()) {
            sink.awaitWritable();
        } else {
            finish();
        }
    }

    private void splice() {
        LinuxCalls linux = session.resources().linux();
        Pipe through = pipe;
        if (through == null) {
            through = session.resources().pipes().borrow(this, drains(), session.resources().clock().nanos());
            if (through == null) {
                session.resources().metrics().increment(Metric.PIPES_DENIED);
                leaveSplicing();
                fullReads = -FULL_READS_AFTER_REFUSAL;
                source.readLimit(Math.max(readLimit, BULK_COPY_BYTES));
                return;
            }
            pipe = through;
        }
        int moved = 0;
        boolean full = false;
        while (fill(linux, through)) {
            if (through.length() == 0) {
                endBurst(through, moved);
                return;
            }
            full |= through.length() >= through.capacity() / 2;
            int filled = through.length();
            if (!drain(linux, through)) {
                return;
            }
            moved += filled;
            if (full && drains()) {
                favour(through);
                full = false;
            }
            if (moved >= MAX_BYTES_PER_TURN) {
                source.yieldReading();
                return;
            }
        }
    }

    /// A sink that drains gets a large pipe, and as much of the kernel's memory as the kernel gives.
    private void favour(Pipe through) {
        if (!unsentFreed) {
            unsentFreed = true;
            sink.limitUnsent(0);
        }
        session.resources().pipes().grow(through, session.resources().clock().nanos());
    }

    private boolean drains() {
        return bytes >= DRAINING_BYTES;
    }

    /// Moves what the source has into the pipe; nothing from a source that sends urgent data, which splice(2) cannot pass.
    ///
    /// @return false when the session has failed or is about to
    private boolean fill(LinuxCalls linux, Pipe into) {
        if (sourceEnded || into.length() > 0 || source.hasUrgent()) {
            return true;
        }
        int in = linux.splice(source.fd(), into.writeEnd(), into.capacity(), SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
        if (in > 0) {
            into.added(in);
            count(Metric.BYTES_SPLICED, in);
        } else if (in == 0) {
            return !source.hasFailed() && confirmEnd(linux);
        } else if (in != -Errno.EAGAIN) {
            session.onError(source, -in);
            return false;
        }
        return true;
    }

    /// Before an urgent byte that has only just come, splice(2) says end of stream too.
    ///
    /// @return false when the session has failed
    private boolean confirmEnd(LinuxCalls linux) {
        int behind = linux.recv(source.fd(), session.resources().loop().scratch(), 1, MSG_PEEK);
        if (behind < 0 && behind != -Errno.EAGAIN) {
            session.onError(source, -behind);
            return false;
        }
        sourceEnded = behind == 0;
        return true;
    }

    /// Moves what is in the pipe into the sink.
    ///
    /// A short splice(2) does not say that the sink is full. It may hide the error that the rest of it met, which the kernel
    /// tells once: a reset would look like an end afterwards. The next call tells, EPIPE or EAGAIN.
    ///
    /// @return false when the sink takes no more at present, or the session has failed
    private boolean drain(LinuxCalls linux, Pipe from) {
        while (from.length() > 0) {
            int out = linux.splice(from.readEnd(), sink.fd(), from.length(), SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
            if (out > 0) {
                from.removed(out);
            } else if (out == -Errno.EAGAIN) {
                from.blocked(session.resources().clock().nanos());
                sink.awaitWritable();
                return false;
            } else {
                session.onError(sink, -out);
                return false;
            }
        }
        return true;
    }

    /// Nothing is left to move: the pipe goes back.
    private void endBurst(Pipe empty, int moved) {
        pipe = null;
        session.resources().pipes().release(empty);
        if (moved == 0 && !sourceEnded) {
            source.lookForUrgent();
        }
        if (sourceEnded) {
            source.pause();
            finish();
        } else if (source.hasUrgent() || (moved < SMALL_BURST_BYTES && ++smallBursts >= SMALL_BURSTS_TO_LEAVE)) {
            leaveSplicing();
        } else {
            if (moved >= SMALL_BURST_BYTES) {
                smallBursts = 0;
            }
            source.awaitReadable();
        }
    }

    private void leaveSplicing() {
        splicing = false;
        fullReads = 0;
        source.readLimit(readLimit);
        source.startBytes();
    }

    private void finish() {
        if (!finished) {
            finished = true;
            session.onDirectionFinished(this, sink);
        }
    }

    private void count(Metric how, int length) {
        if (bytes == 0) {
            session.onFirstByte(from);
        }
        bytes += length;
        session.onProgress();
        WorkerMetrics metrics = session.resources().metrics();
        metrics.add(how, length);
        metrics.add(
                from == Side.DOWNSTREAM ? Metric.DOWNSTREAM_BYTES_RECEIVED : Metric.UPSTREAM_BYTES_RECEIVED, length);
    }

    @Override
    public boolean onPipeReclaim(Pipe stalled) {
        LinuxCalls linux = session.resources().linux();
        while (stalled.length() > 0) {
            int n = linux.read(stalled.readEnd(), session.resources().loop().scratch(), SocketLoop.MAX_READ_BYTES);
            if (n <= 0) {
                return false;
            }
            stalled.removed(n);
            sink.send(session.resources().loop().scratch(), n);
        }
        pipe = null;
        session.resources().pipes().release(stalled);
        return true;
    }

    /// Gives back what the direction holds; its bytes are lost.
    void release() {
        Pipe held = pipe;
        if (held != null) {
            pipe = null;
            session.resources().pipes().release(held);
        }
    }
}
