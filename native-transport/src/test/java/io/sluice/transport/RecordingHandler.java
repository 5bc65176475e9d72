package io.sluice.transport;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

import io.sluice.transport.linux.NativeMemory;

import static org.assertj.core.api.Assertions.assertThat;

/// Records what a socket tells; tests wait for it. Thread-safe.
///
///     handler.await(events -> events.contains("end"));
///     assertThat(handler.received()).isEqualTo(sent);
public class RecordingHandler implements StreamHandler {

    private final List<String> events = new ArrayList<>();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private int largest;

    private void record(String event) {
        synchronized (this) {
            events.add(event);
            notifyAll();
        }
        onRecorded(event);
    }

    /// On the loop, within the event.
    protected void onRecorded(String event) {}

    @Override
    public void onConnected(StreamSocket socket, int errno) {
        record("connected " + errno);
    }

    @Override
    public void onBytes(StreamSocket socket, long address, int length) {
        byte[] part = new byte[length];
        NativeMemory.get(address, part, 0, length);
        synchronized (this) {
            bytes.write(part, 0, length);
            largest = Math.max(largest, length);
        }
        record("bytes");
    }

    @Override
    public void onReadable(StreamSocket socket) {
        record("readable");
    }

    @Override
    public void onEnd(StreamSocket socket) {
        record("end");
    }

    @Override
    public void onWritable(StreamSocket socket) {
        record("writable");
    }

    @Override
    public void onError(StreamSocket socket, int errno) {
        record("error " + errno);
    }

    @Override
    public void onFault(StreamSocket socket, Throwable fault) {
        record("fault " + fault.getMessage());
    }

    public synchronized byte[] received() {
        return bytes.toByteArray();
    }

    /// The most bytes that came at once.
    public synchronized int largest() {
        return largest;
    }

    public synchronized List<String> events() {
        return List.copyOf(events);
    }

    /// Waits until an event has come.
    public void await(String event) {
        awaitThat(recorded -> recorded.events.contains(event));
    }

    /// Waits until one of two events has come.
    public void awaitAny(String one, String other) {
        awaitThat(recorded -> recorded.events.contains(one) || recorded.events.contains(other));
    }

    /// Waits until an event has come so many times.
    public void awaitCount(String event, int count) {
        awaitThat(recorded -> Collections.frequency(recorded.events, event) >= count);
    }

    /// Waits until so many bytes have come.
    public void awaitBytes(int count) {
        awaitThat(recorded -> recorded.bytes.size() >= count);
    }

    private synchronized void awaitThat(Predicate<RecordingHandler> condition) {
        long deadline = System.nanoTime() + TestLoop.DEADLINE_SECONDS * 1_000_000_000L;
        while (!condition.test(this)) {
            long left = deadline - System.nanoTime();
            assertThat(left).as("time left; so far: %s, %d bytes", events, bytes.size()).isPositive();
            try {
                wait(left / 1_000_000 + 1);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
