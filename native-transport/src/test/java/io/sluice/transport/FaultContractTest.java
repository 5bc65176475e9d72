package io.sluice.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

import static io.sluice.transport.linux.LinuxConstants.EFD_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.EFD_NONBLOCK;
import static org.assertj.core.api.Assertions.assertThat;

/// What a handler throws ends with its event, on both transports: its socket is closed, and everybody else goes on.
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
class FaultContractTest {

    private final TestLoop loop;

    /// What the loop's owner was told.
    private final List<Throwable> told = new CopyOnWriteArrayList<>();

    FaultContractTest(Transport transport) {
        loop = TestLoop.assumeAvailable(transport);
        loop.run(() -> loop.sockets().turnHandler(new TurnHandler() {
            @Override
            public long beforeWait() {
                return Long.MAX_VALUE;
            }

            @Override
            public void afterWait() {}

            @Override
            public void onFault(Throwable fault) {
                told.add(fault);
            }
        }));
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    /// Throws in one kind of event, by its recorded name.
    private static class Faulty extends RecordingHandler {

        private final String when;

        private final Error fault;

        Faulty(String when, Error fault) {
            this.when = when;
            this.fault = fault;
        }

        @Override
        protected void onRecorded(String event) {
            if (event.equals(when)) {
                throw fault;
            }
        }
    }

    @Test
    void inBytes() throws IOException {
        assertEndsAlone("bytes", StreamSocket::startBytes, remote -> remote.getOutputStream().write(1));
    }

    @Test
    void inReadiness() throws IOException {
        assertEndsAlone("readable", StreamSocket::startReadiness, remote -> remote.getOutputStream().write(1));
    }

    @Test
    void inReadinessThatWasAskedFor() throws IOException {
        assertEndsAlone("readable", socket -> {
            socket.startReadiness();
            socket.yieldReading();
        }, _ -> {});
    }

    @Test
    void inTheEndOfTheStream() throws IOException {
        assertEndsAlone("end", StreamSocket::startBytes, Socket::shutdownOutput);
    }

    @Test
    void inWritability() throws IOException {
        assertEndsAlone("writable", socket -> {
            while (socket.send(loop.sockets().scratch(), SocketLoop.MAX_READ_BYTES)) {
                // Until the kernel takes no more.
            }
        }, remote -> remote.getInputStream().transferTo(OutputStream.nullOutputStream()));
    }

    @Test
    void inAnError() throws IOException {
        assertEndsAlone("error 104", StreamSocket::startBytes, remote -> {
            remote.setSoLinger(true, 0);
            remote.close();
        });
    }

    @Test
    void inTheEndOfAConnect() throws IOException {
        Faulty handler = new Faulty("connected 0", new AssertionError("boom"));
        StreamSocket socket = loop.connect(loop.address(), handler);
        handler.await("fault boom");
        loop.run(() -> assertThat(socket.isClosed()).isTrue());
        int other = loop.nextAccepted();
        loop.run(() -> loop.sockets().linux().close(other));
        assertLoopLives();
    }

    private interface Remotely {
        void act(Socket remote) throws IOException;
    }

    private void assertEndsAlone(String event, Consumer<StreamSocket> start, Remotely act)
            throws IOException {
        try (Socket remote = loop.dial()) {
            Faulty handler = new Faulty(event, new AssertionError("boom"));
            StreamSocket socket = loop.adopt(handler);
            loop.run(() -> start.accept(socket));
            act.act(remote);
            handler.await("fault boom");
            // Later than the event, which closes once its handler knows.
            loop.run(() -> assertThat(socket.isClosed()).isTrue());
        }
        assertThat(told).isEmpty();
        assertLoopLives();
    }

    private void assertLoopLives() throws IOException {
        try (Socket remote = loop.dial()) {
            StreamSocket echo = loop.adopt(new EchoHandler());
            loop.run(echo::startBytes);
            remote.getOutputStream().write(7);
            assertThat(remote.getInputStream().read()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {OutOfMemoryError.class, StackOverflowError.class, InternalError.class, LinkageError.class})
    void whateverIsThrown(Class<? extends Error> kind) throws Exception {
        try (Socket remote = loop.dial()) {
            Faulty handler = new Faulty("bytes", kind.getConstructor(String.class).newInstance("boom"));
            StreamSocket socket = loop.adopt(handler);
            loop.run(socket::startBytes);
            remote.getOutputStream().write(1);
            handler.await("fault boom");
        }
        assertLoopLives();
    }

    @Test
    void otherEventsOfTheSameTurnAreDelivered() throws IOException {
        List<Socket> remotes = new ArrayList<>();
        List<RecordingHandler> handlers = new ArrayList<>();
        List<StreamSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            remotes.add(loop.dial());
            handlers.add(i % 2 == 0 ? new Faulty("bytes", new AssertionError("boom")) : new RecordingHandler());
            sockets.add(loop.adopt(handlers.get(i)));
        }
        loop.run(() -> {
            sockets.forEach(StreamSocket::startBytes);
            // While the loop is busy here, all become readable.
            for (Socket remote : remotes) {
                write(remote);
            }
        });
        for (int i = 0; i < 40; i++) {
            handlers.get(i).await(i % 2 == 0 ? "fault boom" : "bytes");
        }
        loop.run(() -> assertThat(sockets).filteredOn(StreamSocket::isClosed).hasSize(20));
        for (Socket remote : remotes) {
            remote.close();
        }
    }

    private static void write(Socket remote) {
        try {
            remote.getOutputStream().write(1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aHandlerThatThrowsWhenItIsToldIsClosedToo() throws IOException {
        try (Socket remote = loop.dial()) {
            StreamSocket socket = loop.adopt(new Faulty("bytes", new AssertionError("boom")) {
                @Override
                public void onFault(StreamSocket from, Throwable fault) {
                    throw new IllegalStateException("once more", fault);
                }
            });
            loop.run(socket::startBytes);
            remote.getOutputStream().write(1);
            assertThat(remote.getInputStream().read()).isNegative();
        }
        loop.turns(1);
        assertThat(told).singleElement().satisfies(fault -> assertThat(fault).hasMessage("once more"));
        assertLoopLives();
    }

    @Test
    void aListenerThatThrowsGoesOnListening() throws IOException {
        AtomicInteger accepted = new AtomicInteger();
        loop.run(() -> loop.listener().handler(new AcceptHandler() {
            @Override
            public void onAccepted(ListenSocket from, int fd, long sockaddr, int length) {
                loop.sockets().linux().close(fd);
                if (accepted.incrementAndGet() % 2 == 1) {
                    throw new AssertionError("boom");
                }
            }

            @Override
            public void onAcceptFailed(ListenSocket from, int errno) {}
        }));
        for (int i = 0; i < 10; i++) {
            try (Socket remote = loop.dial()) {
                assertThat(remote.getInputStream().read()).isNegative();
            }
        }
        loop.turns(1);
        assertThat(told).hasSize(5);
    }

    @Test
    void aReadinessThatThrowsIsStillWatched() throws Exception {
        LinuxCalls linux = loop.sockets().linux();
        int eventfd = loop.call(() -> linux.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
        long counter = NativeMemory.allocateForever(Long.BYTES, Long.BYTES);
        CountDownLatch seen = new CountDownLatch(3);
        Readiness readiness = new Readiness(eventfd) {
            @Override
            protected void onReadable(SocketLoop from) {
                linux.read(fd(), counter, Long.BYTES);
                seen.countDown();
                throw new AssertionError("boom");
            }
        };
        loop.run(() -> loop.sockets().watch(readiness));
        while (seen.getCount() > 0) {
            loop.run(() -> {
                NativeMemory.putLong(counter, 1);
                linux.write(eventfd, counter, Long.BYTES);
            });
        }
        assertThat(seen.await(TestLoop.DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        loop.run(() -> {
            loop.sockets().unwatch(readiness);
            linux.close(eventfd);
        });
        assertThat(told).hasSizeGreaterThanOrEqualTo(3).allMatch(fault -> "boom".equals(fault.getMessage()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTurnHandlerThatThrowsKeepsNoEventBack(boolean before) throws IOException {
        loop.run(() -> loop.sockets().turnHandler(new TurnHandler() {
            @Override
            public long beforeWait() {
                if (before) {
                    throw new AssertionError("boom");
                }
                return Long.MAX_VALUE;
            }

            @Override
            public void afterWait() {
                throw new AssertionError("boom");
            }

            @Override
            public void onFault(Throwable fault) {
                told.add(fault);
                throw new IllegalStateException("nobody can help", fault);
            }
        }));
        assertLoopLives();
        assertThat(told).isNotEmpty();
        loop.run(() -> loop.sockets().turnHandler(TurnHandler.NONE));
    }
}
