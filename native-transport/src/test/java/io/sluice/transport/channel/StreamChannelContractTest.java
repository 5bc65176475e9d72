package io.sluice.transport.channel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.transport.Pattern;
import io.sluice.transport.RecordingHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.Transport;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// How a [StreamChannel] carries a pipeline, on both transports.
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what counts is what arrives
class StreamChannelContractTest {

    /// More than both ends' socket buffers hold.
    private static final int MANY_BYTES = 48 << 20;

    private final ChannelFixture fixture;

    StreamChannelContractTest(Transport transport) {
        fixture = new ChannelFixture(transport);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /// Sends back what comes, and stops reading while the other end does not take it.
    private static final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
            context.channel().config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.channel().config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                ((StreamChannel) context.channel()).endOutput();
            }
        }
    }

    @Test
    void echoesOneMessageAfterAnother() throws IOException {
        try (Socket remote = fixture.dial()) {
            fixture.accept(new Echo());
            for (int i = 0; i < 1000; i++) {
                byte[] message = ("message " + i).getBytes(StandardCharsets.US_ASCII);
                remote.getOutputStream().write(message);
                assertThat(remote.getInputStream().readNBytes(message.length)).isEqualTo(message);
            }
        }
    }

    @Test
    void echoesMoreThanAnyBufferHolds() throws Exception {
        try (Socket remote = fixture.dial()) {
            StreamChannel channel = fixture.accept(new Echo());
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            Future<?> written = fixture.remotely(() -> {
                Pattern.write(remote.getOutputStream(), MANY_BYTES, 200_000, 1);
                remote.shutdownOutput();
                return null;
            });
            assertThat(Pattern.check(remote.getInputStream(), 100_000, 2)).isEqualTo(MANY_BYTES);
            written.get();
            fixture.await("the channel is closed", () -> !channel.isOpen());
        }
    }

    @Test
    void eachDeliveryIsOneReadAndOneReadComplete() throws IOException {
        try (Socket remote = fixture.dial()) {
            RecordingInbound inbound = new RecordingInbound();
            fixture.accept(inbound);
            remote.getOutputStream().write(1);
            inbound.await("complete");
            assertThat(inbound.events()).containsExactly("active", "read", "complete");
        }
    }

    @Test
    void withoutAutoReadTheBytesStayInTheKernel() throws Exception {
        try (Socket remote = fixture.dial()) {
            RecordingInbound inbound = new RecordingInbound();
            StreamChannel channel = fixture.acceptPaused(inbound);
            Future<?> written = fixture.remotely(() -> {
                Pattern.write(remote.getOutputStream(), MANY_BYTES, 200_000, 3);
                remote.shutdownOutput();
                return null;
            });
            fixture.loop().turns(20);
            assertThat(inbound.events()).containsExactly("active");
            fixture.loop().run(channel::read);
            inbound.await("complete");
            fixture.loop().turns(20);
            int some = inbound.received().length;
            fixture.loop().turns(20);
            assertThat(inbound.received()).hasSize(some);
            assertThat(written.isDone()).isFalse();
            fixture.loop().run(() -> channel.config().setAutoRead(true));
            inbound.await("inactive");
            assertThat(inbound.received()).isEqualTo(Pattern.first(MANY_BYTES));
        }
    }

    @Test
    void switchingAutoReadOffInTheMiddleStopsTheFlow() throws Exception {
        try (Socket remote = fixture.dial()) {
            RecordingInbound inbound = new RecordingInbound();
            StreamChannel channel = fixture.accept(inbound);
            Future<?> written = fixture.remotely(() -> {
                Pattern.write(remote.getOutputStream(), MANY_BYTES, 200_000, 3);
                remote.shutdownOutput();
                return null;
            });
            for (int i = 0; i < 20; i++) {
                fixture.loop().run(() -> channel.config().setAutoRead(false));
                fixture.loop().turns(10);
                int some = inbound.received().length;
                fixture.loop().turns(10);
                assertThat(inbound.received()).hasSize(some);
                fixture.loop().run(() -> channel.config().setAutoRead(true));
            }
            inbound.await("inactive");
            written.get();
            assertThat(inbound.received()).isEqualTo(Pattern.first(MANY_BYTES));
        }
    }

    @Test
    void writabilityFollowsTheWaterMarks() throws Exception {
        try (Socket remote = fixture.dial()) {
            RecordingInbound inbound = new RecordingInbound();
            StreamChannel channel = fixture.accept(inbound);
            byte[] message = Pattern.first(MANY_BYTES);
            ChannelFuture sent = fixture.loop().call(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(message)));
            inbound.await("writable false");
            assertThat(sent.isDone()).isFalse();
            assertThat(remote.getInputStream().readNBytes(MANY_BYTES)).isEqualTo(message);
            inbound.await("writable true");
            assertThat(sent.await(1000)).isTrue();
            assertThat(sent.isSuccess()).isTrue();
        }
    }

    @Test
    void buffersOfAllKindsKeepTheirOrder() throws Exception {
        try (Socket remote = fixture.dial()) {
            StreamChannel channel = fixture.accept();
            byte[] message = Pattern.first(3_000_000);
            fixture.loop().run(() -> {
                int position = 0;
                int size = 1;
                while (position < message.length) {
                    int part = Math.min(size, message.length - position);
                    channel.write(buffer(channel, message, position, part, size % 4));
                    position += part;
                    size = size * 5 % 60_013;
                }
                channel.flush();
            });
            assertThat(remote.getInputStream().readNBytes(message.length)).isEqualTo(message);
        }
    }

    private static ByteBuf buffer(StreamChannel channel, byte[] from, int position, int length, int kind) {
        return switch (kind) {
            case 0 -> channel.alloc().heapBuffer(length).writeBytes(from, position, length);
            case 1 -> channel.alloc().directBuffer(length).writeBytes(from, position, length);
            case 2 -> channel.alloc().compositeBuffer()
                    .addComponent(true, channel.alloc().directBuffer(length).writeBytes(from, position, length / 2))
                    .addComponent(true, channel.alloc().directBuffer(length)
                            .writeBytes(from, position + length / 2, length - length / 2));
            default -> Unpooled.wrappedBuffer(from, position, length);
        };
    }

    @Test
    void aListenerMayCloseWhileOtherWritesAreConfirmed() throws Exception {
        try (Socket remote = fixture.dial()) {
            StreamChannel channel = fixture.accept();
            List<ChannelFuture> futures = new ArrayList<>();
            fixture.loop().run(() -> {
                futures.add(channel.write(Unpooled.copiedBuffer("one", StandardCharsets.US_ASCII)));
                futures.add(channel.write(Unpooled.copiedBuffer("two", StandardCharsets.US_ASCII)));
                futures.getFirst().addListener(_ -> channel.close());
                channel.flush();
            });
            assertThat(new String(remote.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("onetwo");
            assertThat(futures.get(0).isSuccess()).isTrue();
        }
    }

    @Test
    void theEndOfTheInputClosesUnlessHalfClosureIsAllowed() throws Exception {
        try (Socket remote = fixture.dial()) {
            RecordingInbound inbound = new RecordingInbound();
            StreamChannel channel = fixture.accept(inbound);
            remote.getOutputStream().write(1);
            remote.shutdownOutput();
            inbound.await("inactive");
            assertThat(inbound.received()).hasSize(1);
            assertThat(channel.isOpen()).isFalse();
            assertThat(remote.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void halfClosureFromTheOtherEndLeavesTheOutputOpen() throws Exception {
        try (Socket remote = fixture.dial()) {
            RecordingInbound inbound = new RecordingInbound();
            StreamChannel channel = fixture.accept(inbound);
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            remote.shutdownOutput();
            inbound.await("ChannelInputShutdownEvent");
            assertThat(fixture.loop().call(channel::isInputEnded)).isTrue();
            fixture.loop().run(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(Pattern.first(MANY_BYTES))));
            ChannelFuture ended = fixture.loop().call(channel::endOutput);
            assertThat(Pattern.check(remote.getInputStream(), 100_000, 5)).isEqualTo(MANY_BYTES);
            assertThat(ended.await(5000)).isTrue();
            assertThat(ended.isSuccess()).isTrue();
            inbound.await("inactive");
        }
    }

    @Test
    void halfClosureByUsLeavesTheInputOpen() throws Exception {
        try (Socket remote = fixture.dial()) {
            RecordingInbound inbound = new RecordingInbound();
            StreamChannel channel = fixture.accept(inbound);
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            fixture.loop().run(channel::endOutput);
            assertThat(remote.getInputStream().read()).isEqualTo(-1);
            assertThat(fixture.loop().call(channel::isOutputEnded)).isTrue();
            remote.getOutputStream().write(Pattern.first(100_000));
            inbound.awaitBytes(100_000);
            assertThat(inbound.received()).isEqualTo(Pattern.first(100_000));
            ChannelFuture late = fixture.loop().call(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1])));
            assertThat(late.await(5000)).isTrue();
            assertThat(late.isSuccess()).isFalse();
        }
    }

    @Test
    void aResetIsAnExceptionAndCloses() throws Exception {
        Socket remote = fixture.dial();
        RecordingInbound inbound = new RecordingInbound();
        StreamChannel channel = fixture.accept(inbound);
        ChannelFuture stuck =
                fixture.loop().call(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(Pattern.first(MANY_BYTES))));
        inbound.await("writable false");
        remote.setSoLinger(true, 0);
        remote.close();
        inbound.await("inactive");
        assertThat(stuck.await(5000)).isTrue();
        assertThat(stuck.cause()).hasStackTraceContaining(Integer.toString(Errno.ECONNRESET));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aPausedChannelLearnsOfAReset() throws Exception {
        Socket remote = fixture.dial();
        RecordingInbound inbound = new RecordingInbound();
        fixture.acceptPaused(inbound);
        fixture.loop().turns(3);
        remote.setSoLinger(true, 0);
        remote.close();
        inbound.await("inactive");
        assertThat(inbound.events()).contains("recv() " + Errno.ECONNRESET);
    }

    @Test
    void resetSendsRst() throws Exception {
        try (Socket remote = fixture.dial()) {
            StreamChannel channel = fixture.accept();
            fixture.loop().run(channel::reset);
            assertThatThrownBy(() -> remote.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void closingWhileWritingFailsTheRest() throws Exception {
        try (Socket remote = fixture.dial()) {
            RecordingInbound inbound = new RecordingInbound();
            StreamChannel channel = fixture.accept(inbound);
            byte[] message = Pattern.first(MANY_BYTES);
            ChannelFuture sent = fixture.loop().call(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(message)));
            inbound.await("writable false");
            fixture.loop().run(channel::close);
            assertThat(sent.await(5000)).isTrue();
            assertThat(sent.isSuccess()).isFalse();
            byte[] got = remote.getInputStream().readAllBytes();
            assertThat(Arrays.mismatch(got, message)).isEqualTo(got.length);
        }
    }

    @Test
    void addressesAreThoseOfTheSocket() throws Exception {
        try (Socket remote = fixture.dial()) {
            StreamChannel channel = fixture.accept();
            assertThat(fixture.loop().call(channel::remoteAddress)).isEqualTo(remote.getLocalSocketAddress());
            assertThat(fixture.loop().call(channel::localAddress)).isEqualTo(remote.getRemoteSocketAddress());
        }
    }

    @Test
    void aConnectingChannelBecomesActiveAndSendsWhatWaited() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            RecordingInbound inbound = new RecordingInbound();
            StreamChannel channel = connect(server.getLocalSocketAddress(), inbound);
            try (Socket remote = server.accept()) {
                inbound.await("active");
                assertThat(fixture.loop().call(() -> channel.connectFuture().isSuccess())).isTrue();
                fixture.loop().run(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {7})));
                assertThat(remote.getInputStream().read()).isEqualTo(7);
                remote.getOutputStream().write(1);
                inbound.awaitBytes(1);
            }
            inbound.await("inactive");
        }
    }

    private StreamChannel connect(java.net.SocketAddress to, RecordingInbound inbound) {
        return fixture.loop().call(() -> {
            int fd = fixture.loop().sockets().newStreamSocket(SocketAddresses.family(to));
            long memory = fixture.loop().sockets().addressScratch();
            int length = SocketAddresses.put(memory, to);
            StreamSocket socket = fixture.loop().sockets().connect(fd, new RecordingHandler(), memory, length);
            assertThat(socket).isNotNull();
            return fixture.connecting(socket, inbound);
        });
    }

    @Test
    void aRefusedConnectFailsTheFutureAndCloses() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) server.getLocalSocketAddress();
        }
        RecordingInbound inbound = new RecordingInbound();
        StreamChannel channel = connect(nobody, inbound);
        ChannelFuture connected = fixture.loop().call(channel::connectFuture);
        assertThat(connected.await(5000)).isTrue();
        assertThat(connected.cause()).isInstanceOfSatisfying(
                ErrnoException.class, failed -> assertThat(failed.errno()).isEqualTo(Errno.ECONNREFUSED));
        fixture.await("the channel is closed", () -> !channel.isOpen());
        assertThat(inbound.events()).doesNotContain("active");
    }

    @Test
    void handingOverPassesOnWhatTheKernelHasAndWhatWasNotSent() throws Exception {
        try (Socket remote = fixture.dial()) {
            RecordingInbound inbound = new RecordingInbound();
            StreamChannel channel = fixture.acceptPaused(inbound);
            RecordingHandler next = new RecordingHandler();
            remote.getOutputStream().write(Pattern.first(200_000));
            byte[] message = Pattern.first(MANY_BYTES);
            ChannelFuture sent = fixture.loop().call(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(message)));
            StreamSocket socket = fixture.loop().call(() -> {
                StreamSocket released = channel.release(next);
                assertThat(released.hasUnsent()).isTrue();
                NativeMemory.putByte(fixture.loop().sockets().scratch(), (byte) 99);
                released.send(fixture.loop().sockets().scratch(), 1);
                released.startBytes();
                return released;
            });
            assertThat(sent.isSuccess()).isTrue();
            assertThat(remote.getInputStream().readNBytes(MANY_BYTES)).isEqualTo(message);
            assertThat(remote.getInputStream().read()).isEqualTo(99);
            next.awaitBytes(200_000);
            assertThat(next.received()).isEqualTo(Pattern.first(200_000));
            inbound.await("inactive");
            assertThat(inbound.received()).isEmpty();
            assertThat(channel.isOpen()).isFalse();
            fixture.loop().run(socket::close);
        }
    }

    /// As after a 101: the handler that reads it hands over within that very delivery.
    @Test
    void handingOverInTheMiddleOfADeliveryLosesNothing() throws Exception {
        for (int round = 0; round < 50; round++) {
            try (Socket remote = fixture.dial()) {
                RecordingHandler next = new RecordingHandler();
                List<StreamSocket> released = new ArrayList<>();
                RecordingInbound inbound = new RecordingInbound() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
                        super.channelRead(context, message);
                        StreamSocket socket = ((StreamChannel) context.channel()).release(next);
                        socket.startBytes();
                        released.add(socket);
                    }
                };
                StreamChannel channel = fixture.acceptPaused(inbound);
                remote.getOutputStream().write(Pattern.first(5_000));
                fixture.loop().run(() -> {
                    channel.readLimit(100);
                    channel.read();
                });
                remote.getOutputStream().write(Pattern.first(5_000));
                next.awaitBytes(9_900);
                assertThat(inbound.received()).isEqualTo(Pattern.first(100));
                byte[] rest = next.received();
                assertThat(Arrays.copyOf(rest, 4_900)).isEqualTo(Arrays.copyOfRange(Pattern.first(5_000), 100, 5_000));
                assertThat(Arrays.copyOfRange(rest, 4_900, 9_900)).isEqualTo(Pattern.first(5_000));
                fixture.loop().run(released.getFirst()::close);
            }
        }
    }

    @Test
    void aWritesListenerMayHandOver() throws Exception {
        try (Socket remote = fixture.dial()) {
            RecordingHandler next = new RecordingHandler();
            StreamChannel channel = fixture.accept();
            fixture.loop().run(() -> {
                channel.write(Unpooled.copiedBuffer("101", StandardCharsets.US_ASCII)).addListener(_ -> {
                    StreamSocket socket = channel.release(next);
                    socket.shutdownOutput();
                    socket.startBytes();
                });
                channel.write(Unpooled.copiedBuffer(" more", StandardCharsets.US_ASCII));
                channel.flush();
            });
            assertThat(new String(remote.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("101 more");
            remote.getOutputStream().write(1);
            next.awaitBytes(1);
        }
    }
}
