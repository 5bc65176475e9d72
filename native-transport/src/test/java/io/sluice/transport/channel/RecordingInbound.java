package io.sluice.transport.channel;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import io.sluice.transport.TestLoop;

import static org.assertj.core.api.Assertions.assertThat;

/// Records what a pipeline delivers; tests wait for it. Thread-safe.
class RecordingInbound extends ChannelInboundHandlerAdapter {

    private final List<String> events = new ArrayList<>();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private synchronized void record(String event) {
        events.add(event);
        notifyAll();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        record("active");
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        record("inactive");
        context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        ByteBuf buffer = (ByteBuf) message;
        byte[] part = new byte[buffer.readableBytes()];
        buffer.readBytes(part);
        buffer.release();
        synchronized (this) {
            bytes.write(part, 0, part.length);
        }
        record("read");
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        record("complete");
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        record("writable " + context.channel().isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        record(event.getClass().getSimpleName());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        record(cause instanceof ErrnoException failed ? failed.call() + " " + failed.errno() : cause.toString());
    }

    synchronized List<String> events() {
        return List.copyOf(events);
    }

    synchronized byte[] received() {
        return bytes.toByteArray();
    }

    void await(String event) {
        awaitThat(recorded -> recorded.events.contains(event));
    }

    void awaitBytes(int count) {
        awaitThat(recorded -> recorded.bytes.size() >= count);
    }

    private synchronized void awaitThat(Predicate<RecordingInbound> condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TestLoop.DEADLINE_SECONDS);
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
