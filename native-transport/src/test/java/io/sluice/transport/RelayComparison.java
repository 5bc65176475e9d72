package io.sluice.transport;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

/// Compares what a round trip through a copying relay costs on each transport: processor time of a relay in a process of
/// its own, under closed-loop clients in this one. A program, not a test:
///
///     java -cp ... io.sluice.transport.RelayComparison [connections [bytes [seconds]]]
final class RelayComparison {

    private static final int WARM_UP_SECONDS = 4;

    private static final int ROUNDS = 3;

    private RelayComparison() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 3 && arguments[0].equals("relay")) {
            relay(Transport.valueOf(arguments[1]), Integer.parseInt(arguments[2]));
            return;
        }
        int connections = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
        int bytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
        int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        try (TestLoop echo = new TestLoop(Transport.EPOLL)) {
            echo.run(() -> echo.listener().handler(accepting(fd -> start(echo.sockets(), fd, new Echo()))));
            for (int round = 0; round < ROUNDS; round++) {
                for (Transport transport : Transport.values()) {
                    measure(transport, ((InetSocketAddress) echo.address()).getPort(), connections, bytes, seconds);
                }
            }
        }
    }

    private static void measure(Transport transport, int echoPort, int connections, int bytes, int seconds)
            throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RelayComparison.class.getName(),
                        "relay",
                        transport.name(),
                        String.valueOf(echoPort))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = child.inputReader();
                TestLoop clients = new TestLoop(Transport.EPOLL)) {
            SocketAddress relay =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(lines.readLine()));
            AtomicLong roundTrips = new AtomicLong();
            for (int i = 0; i < connections; i++) {
                clients.connect(relay, new Client(bytes, roundTrips));
            }
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            long before = roundTrips.get();
            long cpuBefore = processorNanos(child.pid());
            long start = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            long count = roundTrips.get() - before;
            long cpu = processorNanos(child.pid()) - cpuBefore;
            long elapsed = System.nanoTime() - start;
            System.out.printf(
                    Locale.ROOT,
                    "%-8s %d connections, %d bytes: %.2f us of processor a round trip, %,d round trips/s, relay %.0f %% busy%n",
                    transport.label(),
                    connections,
                    bytes,
                    cpu / 1e3 / count,
                    count * 1_000_000_000 / elapsed,
                    100.0 * cpu / elapsed);
        } finally {
            child.destroy();
            child.waitFor();
        }
    }

    /// All threads of a process: their time on a processor is the first number of schedstat.
    private static long processorNanos(long pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            List<Path> all = tasks.toList();
            long sum = 0;
            for (Path task : all) {
                try (BufferedReader lines = Files.newBufferedReader(task.resolve("schedstat"))) {
                    sum += Long.parseLong(lines.readLine().split(" ")[0]);
                }
            }
            return sum;
        }
    }

    private static void relay(Transport transport, int echoPort) throws Exception {
        TestLoop loop = new TestLoop(transport);
        long memory = NativeMemory.allocateForever(SocketAddresses.MAX_BYTES, 16);
        int length = SocketAddresses.put(
                memory, new InetSocketAddress(InetAddress.getLoopbackAddress(), echoPort));
        loop.run(() -> loop.listener().handler(accepting(fd -> {
            StreamSocket downstream = loop.sockets().adopt(fd);
            int upstream = loop.sockets().newStreamSocket(SocketAddresses.family(memory));
            loop.sockets().connect(upstream, new CopyingRelay() {
                @Override
                public void onConnected(StreamSocket socket, int errno) {
                    start(Objects.requireNonNull(downstream), socket);
                }
            }, memory, length);
        })));
        System.out.println(((InetSocketAddress) loop.address()).getPort());
        loop.thread().terminationFuture().await();
    }

    private interface Accepted {
        void accept(int fd);
    }

    private static AcceptHandler accepting(Accepted accepted) {
        return new AcceptHandler() {
            @Override
            public void onAccepted(ListenSocket listener, int fd, long sockaddr, int length) {
                accepted.accept(fd);
            }

            @Override
            public void onAcceptFailed(ListenSocket listener, int errno) {
                throw new IllegalStateException("accept4() failed: " + errno);
            }
        };
    }

    private static void start(SocketLoop sockets, int fd, StreamHandler handler) {
        StreamSocket socket = sockets.adopt(fd);
        if (socket != null) {
            socket.handler(handler);
            socket.startBytes();
        }
    }

    private static final class Echo extends EchoHandler {
        @Override
        public void onError(StreamSocket socket, int errno) {
            socket.close();
        }

        @Override
        public void onEnd(StreamSocket socket) {
            socket.close();
        }
    }

    /// Sends a message, awaits as many bytes, sends the next.
    private static final class Client extends RecordingHandler {

        private final int bytes;

        private final AtomicLong roundTrips;

        private int missing;

        Client(int bytes, AtomicLong roundTrips) {
            this.bytes = bytes;
            this.roundTrips = roundTrips;
        }

        @Override
        public void onConnected(StreamSocket socket, int errno) {
            if (errno != 0) {
                throw new IllegalStateException("connect() failed: " + errno);
            }
            socket.startBytes();
            next(socket);
        }

        private void next(StreamSocket socket) {
            missing = bytes;
            socket.send(socket.loop.scratch(), bytes);
        }

        @Override
        public void onBytes(StreamSocket socket, long address, int length) {
            missing -= length;
            if (missing == 0) {
                roundTrips.lazySet(roundTrips.get() + 1);
                next(socket);
            }
        }

        @Override
        public void onError(StreamSocket socket, int errno) {
            socket.close();
        }

        @Override
        public void onEnd(StreamSocket socket) {
            socket.close();
        }
    }
}
