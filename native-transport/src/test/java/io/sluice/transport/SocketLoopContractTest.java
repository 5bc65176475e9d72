package io.sluice.transport;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

import static io.sluice.transport.linux.LinuxConstants.AF_INET;
import static io.sluice.transport.linux.LinuxConstants.EFD_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.EFD_NONBLOCK;
import static io.sluice.transport.linux.LinuxConstants.SOCK_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

/// What a [SocketLoop] does besides moving bytes, on both transports.
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
class SocketLoopContractTest {

    /// Six messages each.
    private static final int ROUND_TRIPS = 20_000;

    private static final int MAX_ROUNDS = 60;

    private static final int REMOTES = 20;

    private static final int MESSAGE_BYTES = 100;

    private final Transport transport;

    private final TestLoop loop;

    SocketLoopContractTest(Transport transport) {
        this.transport = transport;
        loop = TestLoop.assumeAvailable(transport);
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    @Test
    void saysWhichTransportItIs() {
        assertThat(loop.sockets().transport()).isEqualTo(transport);
    }

    @Test
    void otherThreadsWakeItUp() {
        // Each task is awaited, so each finds the loop waiting or about to.
        for (int i = 0; i < 20_000; i++) {
            loop.run(() -> {});
        }
    }

    @Test
    void manyThreadsWakeItUp() throws InterruptedException {
        int threads = 4;
        int tasks = 20_000;
        CountDownLatch done = new CountDownLatch(threads * tasks);
        for (int i = 0; i < threads; i++) {
            Thread.ofVirtual().start(() -> {
                for (int j = 0; j < tasks; j++) {
                    loop.thread().execute(done::countDown);
                }
            });
        }
        assertThat(done.await(TestLoop.DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void waitsNoLongerThanTheTurnHandlerSays() throws InterruptedException {
        CountDownLatch turns = new CountDownLatch(20);
        loop.run(() -> loop.sockets().turnHandler(new TurnHandler() {
            @Override
            public long beforeWait() {
                return 5_000_000;
            }

            @Override
            public void afterWait() {
                turns.countDown();
            }
        }));
        assertThat(turns.await(TestLoop.DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void waitsAsLongAsTheTurnHandlerSays() throws InterruptedException {
        long limit = 30_000_000;
        long[] waits = new long[5];
        CountDownLatch turns = new CountDownLatch(waits.length);
        loop.run(() -> loop.sockets().turnHandler(new TurnHandler() {
            private long before;

            @Override
            public long beforeWait() {
                before = System.nanoTime();
                return limit;
            }

            @Override
            public void afterWait() {
                int turn = waits.length - (int) turns.getCount();
                if (turn < waits.length) {
                    waits[turn] = System.nanoTime() - before;
                    turns.countDown();
                }
            }
        }));
        assertThat(turns.await(TestLoop.DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        // The first may have been cut short by what the task's end set in motion.
        for (int i = 1; i < waits.length; i++) {
            assertThat(waits[i]).isGreaterThanOrEqualTo(limit);
        }
    }

    @Test
    void readinessComesInEveryTurnUntilItIsTakenAway() throws Exception {
        CountDownLatch seen = new CountDownLatch(10);
        LinuxCalls linux = loop.sockets().linux();
        int eventfd = loop.call(() -> linux.eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC));
        AtomicInteger afterUnwatch = new AtomicInteger();
        loop.run(() -> loop.sockets().watch(new Readiness(eventfd) {
            @Override
            protected void onReadable(SocketLoop from) {
                assertThat(from).isSameAs(loop.sockets());
                if (seen.getCount() == 0) {
                    afterUnwatch.incrementAndGet();
                }
                seen.countDown();
                if (seen.getCount() == 0) {
                    from.unwatch(this);
                }
            }
        }));
        assertThat(seen.await(TestLoop.DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        loop.turns(5);
        assertThat(afterUnwatch).hasValue(0);
        loop.run(() -> linux.close(eventfd));
    }

    @Test
    void readinessMayBeUnwatchedAndWatchedAgain() throws Exception {
        LinuxCalls linux = loop.sockets().linux();
        int eventfd = loop.call(() -> linux.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
        CountDownLatch seen = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        long counter = NativeMemory.allocateForever(Long.BYTES, Long.BYTES);
        Readiness readiness = new Readiness(eventfd) {
            @Override
            protected void onReadable(SocketLoop from) {
                linux.read(fd(), counter, Long.BYTES);
                calls.incrementAndGet();
                seen.countDown();
            }
        };
        for (int i = 0; i < 100; i++) {
            loop.run(() -> {
                assertThat(loop.sockets().watch(readiness)).isZero();
                loop.sockets().unwatch(readiness);
                loop.sockets().unwatch(readiness);
                assertThat(loop.sockets().watch(readiness)).isZero();
            });
            loop.run(() -> loop.sockets().unwatch(readiness));
        }
        loop.run(() -> {
            loop.sockets().watch(readiness);
            NativeMemory.putLong(counter, 1);
            linux.write(eventfd, counter, Long.BYTES);
        });
        assertThat(seen.await(TestLoop.DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        loop.turns(3);
        assertThat(calls).hasValue(1);
        loop.run(() -> {
            loop.sockets().unwatch(readiness);
            linux.close(eventfd);
        });
    }

    /// More than io_uring's queues hold.
    @Test
    void thousandsMayBecomeReadyInOneTurn() throws InterruptedException {
        int count = 6000;
        CountDownLatch seen = new CountDownLatch(count);
        List<Readiness> watched = new ArrayList<>();
        LinuxCalls linux = loop.sockets().linux();
        loop.run(() -> {
            for (int i = 0; i < count; i++) {
                int eventfd = linux.eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
                assertThat(eventfd).isNotNegative();
                Readiness readiness = new Readiness(eventfd) {
                    @Override
                    protected void onReadable(SocketLoop from) {
                        seen.countDown();
                        from.unwatch(this);
                    }
                };
                watched.add(readiness);
                assertThat(loop.sockets().watch(readiness)).isZero();
            }
        });
        assertThat(seen.await(TestLoop.DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        loop.run(() -> watched.forEach(readiness -> linux.close(readiness.fd())));
    }

    @Test
    void aListenerThatIsUnwatchedAndClosedIsGone() {
        loop.run(() -> {
            loop.sockets().unwatch(loop.listener());
            loop.listener().close(loop.sockets().linux());
            // Still within the same turn.
            int fd = loop.sockets().linux().socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            long memory = NativeMemory.allocateForever(128, 16);
            int length = SocketAddresses.put(memory, loop.address());
            int connected = loop.sockets().linux().connect(fd, memory, length);
            loop.sockets().linux().close(fd);
            assertThat(connected).isEqualTo(-Errno.ECONNREFUSED);
        });
        loop.stop();
    }

    @Test
    void aListenerSharedByTwoLoopsServesAllConnections(@TempDir Path directory) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("shared.sock"));
        try (TestLoop first = new TestLoop(transport, address);
                TestLoop second = new TestLoop(transport)) {
            first.run(() -> {
                first.sockets().unwatch(first.listener());
                assertThat(first.sockets().watchShared(first.listener())).isZero();
            });
            ListenSocket shared = first.listener().share();
            AtomicInteger bySecond = new AtomicInteger();
            shared.handler(new AcceptHandler() {
                @Override
                public void onAccepted(ListenSocket from, int fd, long sockaddr, int length) {
                    bySecond.incrementAndGet();
                    greet(second.sockets(), fd);
                }

                @Override
                public void onAcceptFailed(ListenSocket from, int errno) {
                    throw new AssertionError(Errno.describe(errno));
                }
            });
            AtomicInteger byFirst = new AtomicInteger();
            first.run(() -> first.listener().handler(new AcceptHandler() {
                @Override
                public void onAccepted(ListenSocket from, int fd, long sockaddr, int length) {
                    byFirst.incrementAndGet();
                    greet(first.sockets(), fd);
                }

                @Override
                public void onAcceptFailed(ListenSocket from, int errno) {
                    throw new AssertionError(Errno.describe(errno));
                }
            }));
            second.run(() -> assertThat(second.sockets().watchShared(shared)).isZero());
            for (int i = 0; i < 200; i++) {
                try (SocketChannel remote = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    remote.connect(address);
                    assertThat(remote.read(ByteBuffer.allocate(1))).isEqualTo(1);
                }
            }
            assertThat(byFirst.get() + bySecond.get()).isEqualTo(200);
            second.run(() -> second.sockets().unwatch(shared));
        }
    }

    /// Nothing comes in after the first byte, so nothing but the yielding leads to another go.
    @Test
    void whoGoesOverToReadinessWithinBytesMayYieldThere() throws IOException {
        RecordingHandler handler = new RecordingHandler() {
            @Override
            public void onBytes(StreamSocket socket, long address, int length) {
                super.onBytes(socket, address, length);
                socket.startReadiness();
                socket.yieldReading();
            }
        };
        try (Socket remote = loop.dial()) {
            StreamSocket socket = loop.adopt(handler);
            loop.run(socket::startBytes);
            remote.getOutputStream().write(1);
            handler.await("readable");
            assertThat(handler.events()).startsWith("bytes", "readable");
            loop.run(socket::close);
        }
    }

    private static void greet(SocketLoop sockets, int fd) {
        sockets.linux().send(fd, sockets.scratch(), 1, 0);
        sockets.linux().close(fd);
    }

    @Test
    void unixSocketsEchoToo(@TempDir Path directory) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("echo.sock"));
        try (TestLoop unix = new TestLoop(transport, address);
                SocketChannel remote = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertThat(unix.address()).isEqualTo(address);
            remote.connect(address);
            StreamSocket socket = unix.adopt(new EchoHandler());
            unix.run(socket::startBytes);
            ByteBuffer echo = ByteBuffer.allocate(10_000);
            for (int i = 0; i < 100; i++) {
                remote.write(ByteBuffer.wrap(Pattern.first(10_000)));
                echo.clear();
                while (echo.hasRemaining()) {
                    assertThat(remote.read(echo)).isPositive();
                }
                assertThat(echo.array()).isEqualTo(Pattern.first(10_000));
            }
        }
    }

    @Test
    void twoHundredSocketsShareTheLoop() throws Exception {
        List<Future<?>> writes = new ArrayList<>();
        List<Future<Long>> reads = new ArrayList<>();
        try (ExecutorService remotes = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                int seed = i;
                Socket remote = loop.dial();
                StreamSocket socket = loop.adopt(new EchoHandler());
                loop.run(socket::startBytes);
                writes.add(remotes.submit(() -> {
                    Pattern.write(remote.getOutputStream(), 300_000, 5_000, seed);
                    remote.shutdownOutput();
                    return null;
                }));
                reads.add(remotes.submit(() -> Pattern.check(remote.getInputStream(), 7_000, seed)));
            }
            for (Future<?> write : writes) {
                write.get();
            }
            for (Future<Long> read : reads) {
                assertThat(read.get()).isEqualTo(300_000);
            }
        }
    }

    @Test
    void runningOutOfDescriptorsIsToldAndPasses() throws IOException {
        // What follows must load no class, since that opens files: so once without a shortage.
        for (boolean shortage : new boolean[] {false, true}) {
            try (SocketChannel remote = SocketChannel.open()) {
                int failure = 0;
                LinuxCalls linux = new LinuxCalls();
                int[] held = new int[1 << 20];
                int count = 0;
                try {
                    if (shortage) {
                        int fd;
                        while ((fd = linux.eventfd(0, EFD_CLOEXEC)) >= 0) {
                            held[count++] = fd;
                        }
                    }
                    remote.connect(loop.address());
                    if (shortage) {
                        failure = loop.nextAcceptFailure();
                    }
                } finally {
                    for (int i = 0; i < count; i++) {
                        linux.close(held[i]);
                    }
                }
                assertThat(failure).isEqualTo(shortage ? Errno.EMFILE : 0);
                int accepted = loop.nextAccepted();
                assertThat(accepted).isNotNegative();
                loop.run(() -> loop.sockets().linux().close(accepted));
            }
        }
    }

    /// Many connections at once, so that on a loaded machine it does not take a wait for the processor to pass each message on.
    @Test
    void aRelayedMessageAllocatesNothing() throws IOException {
        List<Socket> remotes = new ArrayList<>();
        for (int i = 0; i < REMOTES; i++) {
            remotes.add(relayedToAnEcho());
        }
        byte[] message = Pattern.first(MESSAGE_BYTES);
        byte[] answer = new byte[MESSAGE_BYTES];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = loop.call(() -> Thread.currentThread().threadId());
        long bytes = Long.MAX_VALUE;
        // What is not compiled yet boxes its arguments, and how long that lasts depends on what else the machine does.
        for (int i = 0; i < MAX_ROUNDS && bytes >= ROUND_TRIPS; i++) {
            long before = threads.getThreadAllocatedBytes(thread);
            for (int j = 0; j < ROUND_TRIPS / REMOTES; j++) {
                exchange(remotes, message, answer);
            }
            bytes = threads.getThreadAllocatedBytes(thread) - before;
        }
        // Six messages a round trip; less than a byte each is the JVM's own.
        assertThat(bytes / ROUND_TRIPS).isZero();
    }

    private Socket relayedToAnEcho() {
        Socket remote = loop.dial();
        StreamSocket downstream = loop.adopt(new RecordingHandler());
        StreamSocket upstream = loop.connect(loop.address(), new RecordingHandler());
        StreamSocket echo = loop.adopt(new EchoHandler());
        loop.run(() -> {
            CopyingRelay.join(downstream, upstream);
            echo.startBytes();
        });
        return remote;
    }

    private static void exchange(List<Socket> remotes, byte[] message, byte[] answer) throws IOException {
        for (Socket remote : remotes) {
            remote.getOutputStream().write(message);
        }
        for (Socket remote : remotes) {
            assertThat(remote.getInputStream().readNBytes(answer, 0, MESSAGE_BYTES)).isEqualTo(MESSAGE_BYTES);
        }
    }
}
