package io.sluice.transport;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

import static io.sluice.transport.linux.LinuxConstants.FIONREAD;
import static io.sluice.transport.linux.LinuxConstants.SOL_SOCKET;
import static io.sluice.transport.linux.LinuxConstants.SO_RCVBUF;
import static io.sluice.transport.linux.LinuxConstants.SO_SNDBUF;
import static org.assertj.core.api.Assertions.assertThat;

/// How bytes flow through a [StreamSocket], on both transports.
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
class StreamSocketContractTest {

    private static final int SMALL_BUFFER = 8 * 1024;

    private static final int MANY_BYTES = 300_000;

    /// Netty's loop wakes once a second anyway; what needs that takes longer than the test may.
    private static final int PROMPT_ROUNDS = 150;

    private final TestLoop loop;

    private final ExecutorService remotes = Executors.newVirtualThreadPerTaskExecutor();

    StreamSocketContractTest(Transport transport) {
        loop = TestLoop.assumeAvailable(transport);
    }

    @AfterEach
    void stop() {
        remotes.shutdownNow();
        loop.close();
    }

    @Test
    void echoesOneMessageAfterAnother() throws IOException {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(new EchoHandler());
        loop.run(socket::startBytes);
        for (int i = 0; i < 1000; i++) {
            byte[] message = ("message " + i).getBytes(StandardCharsets.US_ASCII);
            remote.getOutputStream().write(message);
            assertThat(remote.getInputStream().readNBytes(message.length)).isEqualTo(message);
        }
    }

    @Test
    void aNewSocketIsPausedUntilItIsStarted() throws IOException {
        Socket remote = loop.dial();
        RecordingHandler handler = new RecordingHandler();
        StreamSocket socket = loop.adopt(handler);
        remote.getOutputStream().write(1);
        loop.turns(5);
        assertThat(handler.events()).isEmpty();
        loop.run(socket::startBytes);
        handler.awaitBytes(1);
    }

    @Test
    void readsAreBoundedByTheReadLimit() throws IOException {
        Socket remote = loop.dial();
        RecordingHandler handler = new RecordingHandler();
        StreamSocket socket = loop.adopt(handler);
        remote.getOutputStream().write(Pattern.first(100_000));
        loop.run(() -> {
            socket.readLimit(1000);
            socket.startBytes();
        });
        handler.awaitBytes(100_000);
        assertThat(handler.received()).isEqualTo(Pattern.first(100_000));
        assertThat(handler.largest()).isEqualTo(1000);
    }

    @Test
    void littleComesAfterAPauseHoweverMuchTheKernelHas() throws IOException {
        Socket remote = loop.dial();
        RecordingHandler handler = new RecordingHandler() {
            @Override
            public void onBytes(StreamSocket socket, long address, int length) {
                socket.pause();
                super.onBytes(socket, address, length);
            }
        };
        StreamSocket socket = loop.adopt(handler);
        loop.run(() -> loop.sockets().linux().setSocketOption(socket.fd(), SOL_SOCKET, SO_RCVBUF, 1 << 20));
        Future<?> written = remotes.submit(() -> {
            Pattern.write(remote.getOutputStream(), 64 << 20, 100_000, 1);
            return null;
        });
        while (loop.call(() -> loop.sockets().linux().ioctlInt(socket.fd(), FIONREAD)) < MANY_BYTES) {
            Thread.onSpinWait();
        }
        loop.run(socket::startBytes);
        loop.turns(5);
        handler.awaitBytes(1);
        assertThat(handler.received().length).isLessThanOrEqualTo(96 * 1024);
        assertThat(written).isNotDone();
    }

    @Test
    void everyByteArrivesInOrderPastASlowReader() throws Exception {
        relayed(64 << 20, 100_000, _ -> {});
    }

    @Test
    void everyByteArrivesInOrderWhenMessagesAreSmall() throws Exception {
        relayed(4 << 20, 300, _ -> {});
    }

    @Test
    void everyByteArrivesInOrderThroughAStormOfPauses() throws Exception {
        relayed(32 << 20, 50_000, source -> {
            source.pause();
            if ((loop.sockets().turnCount() & 1) == 0) {
                source.startBytes();
                source.pause();
            }
            source.startBytes();
        });
    }

    /// One remote writes, a slow one reads from small buffers; `disturb` runs on the loop again and again in between.
    private void relayed(int total, int piece, Consumer<StreamSocket> disturb) throws Exception {
        Socket writer = loop.dial();
        RecordingHandler none = new RecordingHandler();
        StreamSocket source = loop.adopt(none);
        Socket reader = new Socket();
        reader.setReceiveBufferSize(SMALL_BUFFER);
        reader.setSoTimeout(TestLoop.REMOTE_TIMEOUT_MILLIS);
        reader.connect(loop.address());
        StreamSocket sink = loop.adopt(none);
        loop.run(() -> {
            loop.sockets().linux().setSocketOption(sink.fd(), SOL_SOCKET, SO_SNDBUF, SMALL_BUFFER);
            CopyingRelay.join(source, sink);
        });
        Future<?> written = remotes.submit(() -> {
            Pattern.write(writer.getOutputStream(), total, piece, 2);
            writer.shutdownOutput();
            return null;
        });
        Future<Long> read = remotes.submit(() -> Pattern.check(reader.getInputStream(), piece, 3));
        while (!read.isDone()) {
            loop.run(() -> {
                if (!source.isClosed() && !sink.hasUnsent()) {
                    disturb.accept(source);
                }
            });
        }
        written.get();
        assertThat(read.get()).isEqualTo(total);
        assertThat(none.events()).isEmpty();
    }

    @Test
    void sendSaysWhenToStopAndOnWritableWhenToGoOn() throws Exception {
        Socket remote = loop.dial();
        RecordingHandler handler = new RecordingHandler();
        StreamSocket socket = loop.adopt(handler);
        int total = fill(socket);
        assertThat(loop.call(socket::hasUnsent)).isTrue();
        assertThat(loop.call(socket::backlogBytes)).isPositive();
        loop.turns(3);
        assertThat(handler.events()).isEmpty();
        Future<byte[]> read = remotes.submit(() -> remote.getInputStream().readNBytes(total));
        handler.await("writable");
        assertThat(loop.call(socket::hasUnsent)).isFalse();
        assertThat(read.get()).isEqualTo(Pattern.first(total));
        assertThat(handler.events()).containsExactly("writable");
    }

    /// Sends the pattern until the socket keeps some of it; tells how much was sent.
    private int fill(StreamSocket socket) {
        return loop.call(() -> {
            int total = 0;
            byte[] pattern = Pattern.first(32 << 20);
            while (true) {
                NativeMemory.put(loop.sockets().scratch(), pattern, total, 100_000);
                total += 100_000;
                if (!socket.send(loop.sockets().scratch(), 100_000)) {
                    return total;
                }
            }
        });
    }

    @Test
    void severalSendsOfOneDeliveryKeepTheirOrder() throws Exception {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(new RecordingHandler() {
            @Override
            public void onBytes(StreamSocket source, long address, int length) {
                for (int i = 0; i < length; i++) {
                    source.send(address + i, 1);
                }
            }
        });
        loop.run(socket::startBytes);
        byte[] message = Pattern.first(300_000);
        Future<byte[]> read = remotes.submit(() -> remote.getInputStream().readNBytes(message.length));
        remote.getOutputStream().write(message);
        assertThat(read.get()).isEqualTo(message);
    }

    @Test
    void finFollowsEverythingThatWasSent() throws Exception {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(new RecordingHandler());
        int total = fill(socket);
        loop.run(socket::shutdownOutput);
        assertThat(Pattern.check(remote.getInputStream(), 10_000, 1)).isEqualTo(total);
    }

    /// Many times, since the loop would notice by itself at its next timer.
    @Test
    void finAndCloseRightAfterASendLoseNothingAndComeAtOnce() throws Exception {
        for (int i = 0; i < PROMPT_ROUNDS; i++) {
            boolean close = i % 2 == 0;
            Socket remote = loop.dial();
            StreamSocket socket = loop.adopt(new RecordingHandler() {
                @Override
                public void onBytes(StreamSocket source, long address, int length) {
                    source.send(address, length);
                    if (close) {
                        source.close();
                    } else {
                        source.shutdownOutput();
                    }
                }
            });
            loop.run(socket::startBytes);
            loop.turns(2);
            remote.getOutputStream().write(Pattern.first(5000));
            assertThat(remote.getInputStream().readAllBytes()).isEqualTo(Pattern.first(5000));
        }
    }

    @Test
    void awaitWritableTellsAtOnceWhenNothingIsUnsent() throws Exception {
        Socket remote = loop.dial();
        BlockingQueue<Boolean> unsent = new LinkedBlockingQueue<>();
        StreamSocket socket = loop.adopt(new RecordingHandler() {
            @Override
            public void onBytes(StreamSocket source, long address, int length) {
                source.send(address, length);
                if (source.hasUnsent()) {
                    source.awaitWritable();
                } else {
                    unsent.add(false);
                }
            }

            @Override
            public void onWritable(StreamSocket source) {
                unsent.add(source.hasUnsent());
            }
        });
        loop.run(socket::startBytes);
        for (int i = 0; i < PROMPT_ROUNDS; i++) {
            remote.getOutputStream().write(1);
            assertThat(remote.getInputStream().read()).isEqualTo(1);
            assertThat(unsent.poll(TestLoop.DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo(false);
        }
    }

    @Test
    void awaitWritableTellsAfterTheOwnersOwnWriteFoundTheSocketFull() throws Exception {
        Socket remote = loop.dial();
        RecordingHandler handler = new RecordingHandler();
        StreamSocket socket = loop.adopt(handler);
        for (int round = 1; round <= 2; round++) {
            int written = loop.call(() -> {
                LinuxCalls linux = loop.sockets().linux();
                int total = 0;
                int n;
                while ((n = linux.send(socket.fd(), loop.sockets().scratch(), 100_000, 0)) > 0) {
                    total += n;
                }
                assertThat(n).isEqualTo(-Errno.EAGAIN);
                socket.awaitWritable();
                return total;
            });
            loop.turns(3);
            assertThat(handler.events()).hasSize(round - 1);
            remote.getInputStream().skipNBytes(written);
            handler.awaitCount("writable", round);
        }
    }

    @Test
    void readinessLetsTheOwnerSplice() throws Exception {
        spliced(_ -> {});
    }

    @Test
    void modesMayChangeInTheMiddleOfTheStream() throws Exception {
        spliced(relay -> {
            if (relay.isSplicing()) {
                relay.copy();
            } else {
                relay.splice();
            }
        });
    }

    private void spliced(Consumer<SplicingRelay> disturb) throws Exception {
        Socket writer = loop.dial();
        RecordingHandler none = new RecordingHandler();
        StreamSocket source = loop.adopt(none);
        Socket reader = loop.dial();
        StreamSocket sink = loop.adopt(none);
        int total = 48 << 20;
        SplicingRelay relay = loop.call(() -> new SplicingRelay(loop.sockets().linux(), source, sink));
        loop.run(relay::splice);
        Future<?> written = remotes.submit(() -> {
            Pattern.write(writer.getOutputStream(), total, 200_000, 2);
            writer.shutdownOutput();
            return null;
        });
        Future<Long> read = remotes.submit(() -> Pattern.check(reader.getInputStream(), 100_000, 3));
        while (!read.isDone()) {
            loop.run(() -> disturb.accept(relay));
        }
        written.get();
        assertThat(read.get()).isEqualTo(total);
        assertThat(relay.spliced()).isPositive();
        loop.run(relay::close);
    }

    /// More bytes than a loop on io_uring has receive buffers for.
    @Test
    void manySocketsWithBytesWaitingAllGetTheirs() throws IOException {
        int count = 1500;
        List<Socket> written = new ArrayList<>();
        List<RecordingHandler> handlers = new ArrayList<>();
        List<StreamSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket remote = loop.dial();
            remote.getOutputStream().write(Pattern.first(20_000 + i));
            RecordingHandler handler = new RecordingHandler();
            sockets.add(loop.adopt(handler));
            handlers.add(handler);
            written.add(remote);
        }
        loop.run(() -> sockets.forEach(StreamSocket::startBytes));
        for (int i = 0; i < count; i++) {
            handlers.get(i).awaitBytes(20_000 + i);
            assertThat(handlers.get(i).received()).isEqualTo(Pattern.first(20_000 + i));
            written.get(i).close();
        }
    }

    @Test
    void stalledReadersDoNotKeepOthersFromTheirs() throws Exception {
        List<Socket> stalled = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Socket remote = loop.dial();
            StreamSocket socket = loop.adopt(new EchoHandler());
            loop.run(socket::startBytes);
            stalled.add(remote);
        }
        List<Future<?>> writers = new ArrayList<>();
        for (Socket remote : stalled) {
            writers.add(remotes.submit(() -> {
                // More than both directions' buffers hold: the echo stands still, and so does this.
                Pattern.write(remote.getOutputStream(), 64 << 20, 100_000, 1);
                return null;
            }));
        }
        echoesOneMessageAfterAnother();
        assertThat(writers).noneMatch(Future::isDone);
        for (Socket remote : stalled) {
            remote.close();
        }
    }
}
