package io.sluice.log;

import io.sluice.config.model.Position;

/// Descriptor 2. Confined to whoever holds the lock of [Logs].
final class StandardErrorDestination implements Destination {

    private static final int STANDARD_ERROR = 2;

    private final Descriptors descriptors;

    StandardErrorDestination(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    public Object key() {
        return STANDARD_ERROR;
    }

    @Override
    public void open(Position position) {}

    @Override
    public void write(LineBuffer line, int severity, long wallMillis) {
        line.append('\n');
        // Nobody is left to tell when this fails.
        descriptors.writeFully(STANDARD_ERROR, line.bytes(), line.length());
    }

    @Override
    public void flush(long nowNanos) {}

    @Override
    public long nanosUntilFlush(long nowNanos) {
        return Long.MAX_VALUE;
    }

    @Override
    public void reopen() {}

    @Override
    public void close() {}
}
