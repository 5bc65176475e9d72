package io.sluice.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.NativeMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// How a [StreamSocket] begins and ends, on both transports.
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
class ConnectionEndContractTest {

    private static final String RESET = "error " + Errno.ECONNRESET;

    private final TestLoop loop;

    private final RecordingHandler handler = new RecordingHandler();

    ConnectionEndContractTest(Transport transport) {
        loop = TestLoop.assumeAvailable(transport);
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    // Connecting.

    @Test
    void connectTellsWhenItIsDone() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            StreamSocket socket = loop.connect(server.getLocalSocketAddress(), handler);
            handler.await("connected 0");
            Socket remote = server.accept();
            loop.run(socket::startBytes);
            remote.getOutputStream().write(Pattern.first(100));
            handler.awaitBytes(100);
            assertThat(handler.received()).isEqualTo(Pattern.first(100));
        }
    }

    @Test
    void connectTellsThatItWasRefused() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        loop.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), handler);
        handler.await("connected " + Errno.ECONNREFUSED);
        assertThat(handler.events()).hasSize(1);
    }

    @Test
    void connectTellsOfAFailureThatTheKernelKnowsAtOnce() {
        loop.connect(UnixDomainSocketAddress.of(Path.of("/nowhere/at/all.sock")), handler);
        handler.await("connected " + Errno.ENOENT);
        RecordingHandler unreachable = new RecordingHandler();
        loop.connect(new InetSocketAddress("255.255.255.255", 1), unreachable);
        unreachable.await("connected " + Errno.ENETUNREACH);
    }

    @Test
    void aConnectThatIsNotAnsweredCanBeGivenUp() throws IOException {
        // A full accept queue drops SYNs: the connect that comes after hangs.
        List<Socket> queue = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 2; i++) {
                Socket filler = new Socket();
                queue.add(filler);
                filler.connect(server.getLocalSocketAddress());
            }
            StreamSocket socket = loop.connect(server.getLocalSocketAddress(), handler);
            loop.turns(5);
            assertThat(handler.events()).isEmpty();
            loop.run(socket::close);
            loop.turns(5);
            assertThat(handler.events()).isEmpty();
            assertThat(socket.isClosed()).isTrue();
        }
        for (Socket filler : queue) {
            filler.close();
        }
    }

    // FIN.

    @Test
    void finComesAfterTheLastByteAndTheOtherDirectionGoesOn() throws IOException {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(handler);
        loop.run(socket::startBytes);
        remote.getOutputStream().write(Pattern.first(200_000));
        remote.shutdownOutput();
        handler.await("end");
        assertThat(handler.received()).isEqualTo(Pattern.first(200_000));
        loop.run(() -> {
            sendPattern(socket, 50_000);
            socket.shutdownOutput();
        });
        assertThat(remote.getInputStream().readAllBytes()).isEqualTo(Pattern.first(50_000));
        assertThat(handler.events().getLast()).isEqualTo("end");
    }

    @Test
    void afterOurFinTheOtherDirectionGoesOn() throws IOException {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(handler);
        loop.run(() -> {
            socket.startBytes();
            socket.shutdownOutput();
        });
        assertThat(remote.getInputStream().read()).isEqualTo(-1);
        remote.getOutputStream().write(Pattern.first(50_000));
        remote.close();
        handler.await("end");
        assertThat(handler.received()).isEqualTo(Pattern.first(50_000));
    }

    @Test
    void finIsToldOnceReadingStarts() throws IOException {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(handler);
        remote.getOutputStream().write(Pattern.first(10));
        remote.shutdownOutput();
        loop.turns(5);
        assertThat(handler.events()).isEmpty();
        loop.run(socket::startBytes);
        handler.await("end");
        assertThat(handler.received()).isEqualTo(Pattern.first(10));
    }

    @Test
    void finIsReadableInReadinessMode() throws IOException {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(handler);
        loop.run(socket::startReadiness);
        remote.shutdownOutput();
        handler.await("readable");
        int read = loop.call(
                () -> loop.sockets().linux().recv(socket.fd(), loop.sockets().scratch(), 10, 0));
        assertThat(read).isZero();
    }

    /// The kernel reports FIN as a level; neither waiting to write nor pausing may turn that into a spin.
    @Test
    void aPeerThatHasSentFinCostsNothingWhileItReadsSlowly() throws Exception {
        Socket writing = loop.dial();
        StreamSocket full = loop.adopt(handler);
        loop.run(() -> {
            full.startBytes();
            while (!full.hasUnsent()) {
                sendPattern(full, 100_000);
            }
        });
        writing.shutdownOutput();
        handler.await("end");
        Socket silent = loop.dial();
        loop.adopt(new RecordingHandler());
        silent.shutdownOutput();
        loop.turns(10);
        long before = loop.call(loop.sockets()::turnCount);
        long after = loop.thread().schedule(loop.sockets()::turnCount, 50, TimeUnit.MILLISECONDS).get();
        assertThat(after - before).isLessThan(20);
    }

    // RST.

    @Test
    void resetIsToldInByteMode() throws IOException {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(handler);
        loop.run(socket::startBytes);
        reset(remote);
        handler.await(RESET);
        assertThat(handler.events()).containsExactly(RESET);
    }

    @Test
    void resetIsToldToAPausedSocket() throws IOException {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(handler);
        loop.run(socket::startBytes);
        remote.getOutputStream().write(1);
        handler.awaitBytes(1);
        loop.run(socket::pause);
        reset(remote);
        handler.await(RESET);
    }

    @Test
    void resetIsToldToASocketThatWasNeverStarted() throws IOException {
        Socket remote = loop.dial();
        loop.adopt(handler);
        reset(remote);
        handler.await(RESET);
    }

    @Test
    void resetIsToldAfterFin() throws IOException {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(handler);
        loop.run(socket::startBytes);
        remote.shutdownOutput();
        handler.await("end");
        loop.turns(3);
        // Bytes that the remote will not read make its close a reset.
        loop.run(() -> sendPattern(socket, 10));
        remote.getInputStream().read();
        reset(remote);
        handler.awaitAny(RESET, "error " + Errno.EPIPE);
    }

    @Test
    void resetIsReadableInReadinessMode() throws IOException {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(handler);
        loop.run(socket::startReadiness);
        reset(remote);
        handler.await("readable");
        int read = loop.call(
                () -> loop.sockets().linux().recv(socket.fd(), loop.sockets().scratch(), 10, 0));
        assertThat(read).isEqualTo(-Errno.ECONNRESET);
    }

    @Test
    void resetIsToldToASocketWithUnsentBytes() throws IOException {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(handler);
        loop.run(() -> {
            while (!socket.hasUnsent()) {
                sendPattern(socket, 100_000);
            }
        });
        reset(remote);
        handler.await(RESET);
    }

    @Test
    void sendingAfterTheReadEndIsGoneIsAnError() throws IOException {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(handler);
        remote.close();
        loop.run(() -> sendPattern(socket, 10));
        loop.turns(3);
        loop.run(() -> {
            if (!socket.isClosed()) {
                sendPattern(socket, 10);
            }
        });
        handler.awaitAny(RESET, "error " + Errno.EPIPE);
    }

    @Test
    void resetSendsRst() throws IOException {
        for (boolean started : new boolean[] {false, true}) {
            Socket remote = loop.dial();
            StreamSocket socket = loop.adopt(handler);
            loop.run(started ? socket::startBytes : socket::pause);
            loop.turns(2);
            loop.run(socket::reset);
            assertThatThrownBy(() -> remote.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    // Closing.

    @Test
    void closeSendsFinAtOnceWhateverIsUnderWay() throws IOException {
        List<Runnable> states = new ArrayList<>();
        StreamSocket[] socket = new StreamSocket[1];
        states.add(() -> {});
        states.add(() -> socket[0].startBytes());
        states.add(() -> socket[0].startReadiness());
        states.add(() -> {
            socket[0].startBytes();
            socket[0].pause();
        });
        states.add(() -> socket[0].awaitWritable());
        for (Runnable state : states) {
            for (int turns = 0; turns < 3; turns++) {
                Socket remote = loop.dial();
                socket[0] = loop.adopt(new RecordingHandler());
                loop.run(state);
                loop.turns(turns);
                loop.run(socket[0]::close);
                assertThat(remote.getInputStream().read()).isEqualTo(-1);
                remote.close();
            }
        }
    }

    @Test
    void closeLosesTheBacklogButNothingThatTheKernelHas() throws IOException {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(handler);
        int sent = loop.call(() -> {
            int total = 0;
            while (!socket.hasUnsent()) {
                sendPattern(socket, total, 100_000);
                total += 100_000;
            }
            total -= socket.backlogBytes();
            socket.close();
            return total;
        });
        assertThat(Pattern.check(remote.getInputStream(), 100_000, 1)).isEqualTo(sent);
        assertThat(handler.events()).isEmpty();
    }

    @Test
    void everyCallbackMayCloseAndIsTheLast() throws IOException {
        for (String event : List.of("bytes", "readable", "end", "writable", "error")) {
            Socket remote = loop.dial();
            ClosingHandler closing = new ClosingHandler(event);
            StreamSocket socket = loop.adopt(closing);
            loop.run(event.equals("readable") ? socket::startReadiness : socket::startBytes);
            switch (event) {
                case "bytes" -> remote.getOutputStream().write(Pattern.first(100_000));
                case "readable" -> remote.getOutputStream().write(1);
                case "end" -> remote.shutdownOutput();
                case "writable" -> loop.run(socket::awaitWritable);
                default -> reset(remote);
            }
            closing.awaitClosed();
            loop.turns(5);
            assertThat(closing.eventsAfterClose()).as("after closing in %s", event).isZero();
            remote.close();
        }
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ClosingHandler closing = new ClosingHandler("connected");
            loop.connect(server.getLocalSocketAddress(), closing);
            closing.awaitClosed();
            assertThat(server.accept().getInputStream().read()).isEqualTo(-1);
            assertThat(closing.eventsAfterClose()).isZero();
        }
    }

    @Test
    void aDescriptorMayBeReusedAtOnce() throws IOException {
        for (int i = 0; i < 500; i++) {
            Socket remote = loop.dial();
            RecordingHandler own = new RecordingHandler();
            StreamSocket socket = loop.adopt(own);
            loop.run(socket::startBytes);
            remote.getOutputStream().write(Pattern.first(i + 1));
            if (i % 3 != 0) {
                own.awaitBytes(i + 1);
                assertThat(own.received()).isEqualTo(Pattern.first(i + 1));
            }
            loop.run(i % 2 == 0 ? socket::close : socket::reset);
            remote.close();
        }
    }

    @Test
    void closingIsIdempotent() {
        Socket remote = loop.dial();
        StreamSocket socket = loop.adopt(handler);
        loop.run(() -> {
            socket.close();
            socket.close();
            socket.reset();
        });
        assertThat(remote.isConnected()).isTrue();
        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void theEndOfTheLoopClosesItsSockets() throws IOException {
        List<Socket> remotes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Socket remote = loop.dial();
            StreamSocket socket = loop.adopt(handler);
            loop.run(i % 2 == 0 ? socket::startBytes : socket::startReadiness);
            remotes.add(remote);
        }
        loop.stop();
        for (Socket remote : remotes) {
            assertThat(remote.getInputStream().read()).isEqualTo(-1);
        }
    }

    private void sendPattern(StreamSocket socket, int count) {
        sendPattern(socket, 0, count);
    }

    private void sendPattern(StreamSocket socket, int position, int count) {
        NativeMemory.put(loop.sockets().scratch(), Pattern.first(position + count), position, count);
        socket.send(loop.sockets().scratch(), count);
    }

    private static void reset(Socket remote) {
        try {
            remote.setSoLinger(true, 0);
            remote.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Closes its socket within one kind of callback and counts what comes after.
    private static final class ClosingHandler extends RecordingHandler {

        private final String event;

        private final AtomicInteger afterClose = new AtomicInteger();

        private boolean closed;

        ClosingHandler(String event) {
            this.event = event;
        }

        private void on(String what, StreamSocket socket) {
            if (closed) {
                afterClose.incrementAndGet();
            } else if (what.equals(event)) {
                closed = true;
                socket.close();
                super.onEnd(socket);
            }
        }

        void awaitClosed() {
            await("end");
        }

        int eventsAfterClose() {
            return afterClose.get();
        }

        @Override
        public void onConnected(StreamSocket socket, int errno) {
            on("connected", socket);
        }

        @Override
        public void onBytes(StreamSocket socket, long address, int length) {
            on("bytes", socket);
        }

        @Override
        public void onReadable(StreamSocket socket) {
            on("readable", socket);
        }

        @Override
        public void onEnd(StreamSocket socket) {
            on("end", socket);
        }

        @Override
        public void onWritable(StreamSocket socket) {
            on("writable", socket);
        }

        @Override
        public void onError(StreamSocket socket, int errno) {
            on("error", socket);
        }
    }
}
