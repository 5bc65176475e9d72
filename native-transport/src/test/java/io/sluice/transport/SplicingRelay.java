package io.sluice.transport;

import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;

import static io.sluice.transport.linux.LinuxConstants.SPLICE_F_MOVE;
import static io.sluice.transport.linux.LinuxConstants.SPLICE_F_NONBLOCK;
import static org.assertj.core.api.Assertions.assertThat;

/// One direction by splice(2) or by copying, changing between them when told. Confined to its loop.
final class SplicingRelay extends RecordingHandler {

    private final LinuxCalls linux;

    private final StreamSocket source;

    private final StreamSocket sink;

    private final PipePool pipes;

    private final Pipe pipe;

    private boolean splicing;

    private boolean ended;

    private long spliced;

    SplicingRelay(LinuxCalls linux, StreamSocket source, StreamSocket sink) {
        this.linux = linux;
        this.source = source;
        this.sink = sink;
        pipes = new PipePool(linux, new PipeBudget(Integer.MAX_VALUE, 10));
        Pipe lent = pipes.borrow(_ -> false, false, 0);
        assertThat(lent).isNotNull();
        pipe = lent;
        source.handler(this);
        sink.handler(this);
    }

    boolean isSplicing() {
        return splicing;
    }

    /// Bytes that went through the pipe.
    long spliced() {
        return spliced;
    }

    void splice() {
        splicing = true;
        source.startReadiness();
    }

    /// A pipe with bytes inside goes on to be emptied.
    void copy() {
        if (pipe.length() == 0 && !ended) {
            splicing = false;
            source.startBytes();
        }
    }

    @Override
    public void onBytes(StreamSocket from, long address, int length) {
        assertThat(pipe.length()).isZero();
        if (!sink.send(address, length)) {
            from.pause();
        }
    }

    @Override
    public void onReadable(StreamSocket from) {
        if (sink.hasUnsent()) {
            sink.awaitWritable();
        } else {
            move();
        }
    }

    private void move() {
        while (true) {
            if (pipe.length() == 0) {
                int in = linux.splice(source.fd(), pipe.writeEnd(), pipe.capacity(), SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
                if (in == -Errno.EAGAIN) {
                    source.awaitReadable();
                    return;
                }
                assertThat(in).isNotNegative();
                if (in == 0) {
                    end();
                    return;
                }
                pipe.added(in);
            }
            int out = linux.splice(pipe.readEnd(), sink.fd(), pipe.length(), SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
            if (out == -Errno.EAGAIN) {
                sink.awaitWritable();
                return;
            }
            assertThat(out).isPositive();
            pipe.removed(out);
            spliced += out;
        }
    }

    @Override
    public void onWritable(StreamSocket from) {
        if (pipe.length() > 0) {
            move();
        } else if (!ended) {
            if (splicing) {
                source.startReadiness();
            } else {
                source.startBytes();
            }
        }
    }

    @Override
    public void onEnd(StreamSocket from) {
        end();
    }

    private void end() {
        ended = true;
        source.pause();
        sink.shutdownOutput();
    }

    void close() {
        pipes.release(pipe);
        pipes.close();
    }
}
