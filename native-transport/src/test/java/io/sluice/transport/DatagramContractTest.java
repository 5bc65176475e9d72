package io.sluice.transport;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

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
import static io.sluice.transport.linux.LinuxConstants.AF_UNIX;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_UDP;
import static io.sluice.transport.linux.LinuxConstants.SOCK_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.SOCK_DGRAM;
import static io.sluice.transport.linux.LinuxConstants.SOCK_NONBLOCK;
import static io.sluice.transport.linux.LinuxConstants.SOL_SOCKET;
import static io.sluice.transport.linux.LinuxConstants.UDP_GRO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// What [DatagramSocket], [DatagramBatch] and [DatagramQueue] do, on both transports.
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
class DatagramContractTest {

    private static final int MAX_DATAGRAM_BYTES = 65_507;

    /// A socket that sends without checksums cannot send trains: the kernel says EINVAL.
    private static final int SO_NO_CHECK = 11;

    private static final int ROUND_TRIPS = 50_000;

    private static final int MAX_ROUNDS = 15;

    private static final DatagramOptions OPTIONS =
            new DatagramOptions(OptionalInt.empty(), OptionalInt.empty(), true, false);

    private static final DatagramOptions WILDCARD =
            new DatagramOptions(OptionalInt.empty(), OptionalInt.empty(), false, true);

    private final TestLoop loop;

    private final SocketLoop sockets;

    private final LinuxCalls linux;

    private final TestDatagrams.Shared shared;

    private final List<DatagramSocket> open = new ArrayList<>();

    private final long memory = NativeMemory.allocateForever(256 * 1024, 64);

    DatagramContractTest(Transport transport) {
        loop = TestLoop.assumeAvailable(transport);
        sockets = loop.sockets();
        linux = sockets.linux();
        shared = loop.call(() -> new TestDatagrams.Shared(sockets));
    }

    @AfterEach
    void stop() {
        loop.run(() -> {
            open.forEach(socket -> {
                sockets.unwatch(socket);
                linux.close(socket.fd());
            });
            shared.free();
        });
        loop.close();
    }

    private TestDatagrams bind(String host, DatagramOptions options, boolean echo) {
        return loop.call(() -> {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), 0);
            return watch(new TestDatagrams(DatagramSocket.bindDescriptor(linux, address, options, false), shared, echo));
        });
    }

    private TestDatagrams bind(boolean echo) {
        return bind("127.0.0.1", OPTIONS, echo);
    }

    private TestDatagrams connect(InetSocketAddress remote) {
        return loop.call(() -> {
            int fd = DatagramSocket.open(linux, SocketAddresses.family(remote));
            assertThat(linux.connect(fd, memory, SocketAddresses.put(memory, remote))).isZero();
            return watch(new TestDatagrams(fd, shared, false));
        });
    }

    /// Datagrams that come together come as single ones.
    private void takeNoTrains(DatagramSocket socket) {
        loop.run(() -> assertThat(linux.setSocketOption(socket.fd(), IPPROTO_UDP, UDP_GRO, 0)).isZero());
    }

    private TestDatagrams watch(TestDatagrams socket) {
        assertThat(sockets.watch(socket)).isZero();
        open.add(socket);
        return socket;
    }

    private InetSocketAddress address(DatagramSocket socket) {
        return loop.call(() -> {
            int length = linux.socketName(socket.fd(), memory, SocketAddresses.MAX_BYTES);
            return (InetSocketAddress) SocketAddresses.get(memory, length);
        });
    }

    private void fill(byte[] bytes) {
        NativeMemory.put(memory, bytes, 0, bytes.length);
    }

    @Test
    void datagramsOfAnyLengthComeWhole() {
        TestDatagrams echo = bind(true);
        TestDatagrams client = connect(address(echo));
        for (int length : new int[] {0, 1, 100, 1_472, 1_473, 16_384, 40_000, MAX_DATAGRAM_BYTES}) {
            byte[] bytes = Pattern.first(length);
            loop.run(() -> {
                fill(bytes);
                client.send(memory, length);
            });
            TestDatagrams.Message answer = TestDatagrams.next(client.received);
            assertThat(answer.bytes()).isEqualTo(bytes);
            assertThat(answer.segmentBytes()).isZero();
            assertThat(answer.truncated()).isFalse();
        }
        assertThat(client.failures).isEmpty();
        assertThat(echo.failures).isEmpty();
    }

    @Test
    void whatIsLongerThanADatagramFailsAndTheOthersLeave() {
        TestDatagrams echo = bind(true);
        TestDatagrams client = connect(address(echo));
        loop.run(() -> client.send(memory, 1, MAX_DATAGRAM_BYTES + 1, MAX_DATAGRAM_BYTES + 2));
        assertThat(client.failures).containsExactly(new TestDatagrams.Failure(Errno.EMSGSIZE, 2));
        loop.run(() -> client.send(memory, 2));
        assertThat(TestDatagrams.next(client.received).bytes()).hasSize(1);
        assertThat(TestDatagrams.next(client.received).bytes()).hasSize(2);
    }

    @Test
    void aWildcardAnswersFromTheAddressThatWasUsed() throws IOException {
        InetSocketAddress ipv4 = address(bind("0.0.0.0", WILDCARD, true));
        answersFrom("127.0.0.1", ipv4.getPort());
        answersFrom("127.0.0.2", ipv4.getPort());
        InetSocketAddress ipv6 = address(bind("::", WILDCARD, true));
        answersFrom("::1", ipv6.getPort());
        answersFrom("127.0.0.1", ipv6.getPort());
        answersFrom("127.0.0.3", ipv6.getPort());
    }

    /// A connected socket receives from where it sends to only.
    private static void answersFrom(String host, int port) throws IOException {
        try (java.net.DatagramSocket client = new java.net.DatagramSocket()) {
            client.setSoTimeout(TestLoop.REMOTE_TIMEOUT_MILLIS);
            client.connect(new InetSocketAddress(host, port));
            client.send(new DatagramPacket(Pattern.first(10), 10));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            client.receive(answer);
            assertThat(answer.getLength()).isEqualTo(10);
        }
    }

    @Test
    void aRefusalIsToldByAReceiveOrASend() throws IOException {
        int port;
        try (java.net.DatagramSocket gone = new java.net.DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        TestDatagrams client = connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        loop.run(() -> client.send(memory, 1));
        assertThat(TestDatagrams.next(client.errors)).isEqualTo(Errno.ECONNREFUSED);
        assertThat(client.failures).isEmpty();
        // The ICMP error of the first waits when the others are to be sent; none of them leaves.
        loop.run(() -> {
            client.send(memory, 1);
            client.send(memory, 1, 2, 3);
        });
        assertThat(client.failures).containsExactly(new TestDatagrams.Failure(Errno.ECONNREFUSED, 3));
        loop.turns(3);
        assertThat(client.errors).doesNotContain(Errno.ECONNREFUSED);
    }

    @Test
    void aTrainIsReceivedAndSentAsOne() {
        TestDatagrams echo = bind(true);
        TestDatagrams client = connect(address(echo));
        byte[] bytes = Pattern.first(32 * 1200 - 7);
        loop.run(() -> {
            fill(bytes);
            client.sendTrain(memory, bytes.length, 1200);
        });
        for (TestDatagrams end : List.of(echo, client)) {
            TestDatagrams.Message message = TestDatagrams.next(end.received);
            assertThat(message.bytes()).isEqualTo(bytes);
            assertThat(message.segmentBytes()).isEqualTo(1200);
        }
    }

    @Test
    void consecutiveDatagramsOfOneSizeBecomeATrain() {
        TestDatagrams echo = bind(false);
        TestDatagrams client = connect(address(echo));
        loop.run(() -> {
            fill(Pattern.first(5000));
            client.send(memory, 500, 500, 500, 200, 200, 300, 0, 300, 300);
        });
        // A shorter one ends a train; an empty one cannot be in any.
        int[][] expected = {{1700, 500}, {200, 0}, {300, 0}, {0, 0}, {600, 300}};
        byte[] pattern = Pattern.first(5000);
        int offset = 0;
        for (int[] train : expected) {
            TestDatagrams.Message message = TestDatagrams.next(echo.received);
            assertThat(message.bytes()).isEqualTo(Arrays.copyOfRange(pattern, offset, offset + train[0]));
            assertThat(message.segmentBytes()).isEqualTo(train[1]);
            offset += train[0];
        }
        assertThat(client.failures).isEmpty();
    }

    @Test
    void trainsOfOneSizeThatFollowEachOtherBecomeOne() {
        TestDatagrams echo = bind(false);
        TestDatagrams client = connect(address(echo));
        byte[] bytes = Pattern.first(3000);
        loop.run(() -> {
            fill(bytes);
            shared.upload.add(memory, 1000, 200);
            shared.upload.add(memory + 1000, 200, 0);
            shared.upload.add(memory + 1200, 900, 200);
            shared.upload.add(memory + 2100, 900, 200);
            assertThat(shared.upload.flush(client)).isZero();
        });
        assertThat(TestDatagrams.next(echo.received).bytes()).isEqualTo(Arrays.copyOf(bytes, 2100));
        assertThat(TestDatagrams.next(echo.received).bytes()).isEqualTo(Arrays.copyOfRange(bytes, 2100, 3000));
    }

    @Test
    void aTrainHasNoMoreDatagramsAndBytesThanTheKernelTakes() {
        TestDatagrams echo = bind(false);
        takeNoTrains(echo);
        TestDatagrams client = connect(address(echo));
        loop.run(() -> {
            client.send(memory, lengths(100, 10));
            client.send(memory, lengths(12, 20_000));
            for (int i = 0; i < 3; i++) {
                shared.upload.add(memory, 40 * 30, 30);
            }
            assertThat(shared.upload.flush(client)).isZero();
        });
        for (int i = 0; i < 100 + 12 + 3 * 40; i++) {
            int length = i < 100 ? 10 : i < 112 ? 20_000 : 30;
            assertThat(TestDatagrams.next(echo.received).bytes()).hasSize(length);
        }
        assertThat(client.failures).isEmpty();
    }

    private static int[] lengths(int count, int length) {
        int[] lengths = new int[count];
        Arrays.fill(lengths, length);
        return lengths;
    }

    @Test
    void wherePathsRefuseTrainsTheDatagramsLeaveOneByOne() {
        TestDatagrams echo = bind(true);
        TestDatagrams client = connect(address(echo));
        byte[] bytes = Pattern.first(5 * 1200 + 100);
        loop.run(() -> {
            assertThat(linux.setSocketOption(client.fd(), SOL_SOCKET, SO_NO_CHECK, 1)).isZero();
            assertThat(linux.setSocketOption(echo.fd(), SOL_SOCKET, SO_NO_CHECK, 1)).isZero();
            fill(bytes);
        });
        for (int round = 0; round < 3; round++) {
            loop.run(() -> {
                client.sendTrain(memory, bytes.length, 1200);
                client.send(memory, 1200, 1200, 50);
            });
            for (int i = 0; i < 9; i++) {
                int length = i == 5 ? 100 : i == 8 ? 50 : 1200;
                assertThat(TestDatagrams.next(client.received).bytes()).hasSize(length);
            }
            assertThat(loop.call(() -> client.refusedSegmentBytes)).isEqualTo(1200);
        }
        assertThat(client.failures).isEmpty();
        assertThat(echo.failures).isEmpty();
    }

    @Test
    void anErrorThatTrainsAreNotToBlameForIsNotHeldAgainstThem() {
        TestDatagrams socket = bind(false);
        byte[] sockaddr = {AF_INET, 0, 0, 9, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
        // A multicast address cannot be a source.
        byte[] source = {(byte) 224, 0, 0, 1};
        loop.run(() -> socket.sendTo(sockaddr, source, memory, 3 * 1200, 1200));
        assertThat(TestDatagrams.next(socket.failures)).isEqualTo(new TestDatagrams.Failure(Errno.EINVAL, 3));
        assertThat(loop.call(() -> socket.refusedSegmentBytes)).isEqualTo(Integer.MAX_VALUE);
    }

    /// UDP on loopback is never full, a unix socket is after a few datagrams; the code is the same.
    @Test
    void whatAFullSocketDoesNotTakeIsDropped(@TempDir Path directory) {
        TestDatagrams[] ends = loop.call(() -> {
            int receiver = linux.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            int sender = linux.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            int length = SocketAddresses.put(memory, UnixDomainSocketAddress.of(directory.resolve("full.sock")));
            assertThat(linux.bind(receiver, memory, length)).isZero();
            assertThat(linux.connect(sender, memory, length)).isZero();
            return new TestDatagrams[] {
                watch(new TestDatagrams(receiver, shared, false)), watch(new TestDatagrams(sender, shared, false))
            };
        });
        // Growing, since unix sockets know no trains.
        loop.run(() -> ends[1].send(memory, IntStream.range(1, 61).toArray()));
        TestDatagrams.Failure failure = TestDatagrams.next(ends[1].failures);
        assertThat(failure.errno()).isEqualTo(Errno.EAGAIN);
        assertThat(failure.datagrams()).isBetween(1, 59);
        for (int length = 1; length <= 60 - failure.datagrams(); length++) {
            assertThat(TestDatagrams.next(ends[0].received).bytes()).hasSize(length);
        }
        loop.turns(3);
        assertThat(ends[0].received).isEmpty();
        assertThat(ends[1].failures).isEmpty();
    }

    @Test
    void theFirstOfAnAddressIsAloneAndOthersJoinIfTheySaySo() {
        TestDatagrams first = bind(true);
        InetSocketAddress address = address(first);
        TestDatagrams second = loop.call(() -> {
            assertThatThrownBy(() -> DatagramSocket.bindDescriptor(linux, address, OPTIONS, false))
                    .isInstanceOf(ListenException.class)
                    .hasMessage("bind() failed (98: Address already in use)");
            return watch(new TestDatagrams(DatagramSocket.bindDescriptor(linux, address, OPTIONS, true), shared, true));
        });
        for (int i = 0; i < 100; i++) {
            TestDatagrams client = connect(address);
            loop.run(() -> client.send(memory, 1));
            TestDatagrams.next(client.received);
        }
        assertThat(first.received).isNotEmpty();
        assertThat(second.received).isNotEmpty();
        assertThat(first.received.size() + second.received.size()).isEqualTo(100);
    }

    @Test
    void whatAFullReceiveBufferLosesIsCounted() {
        DatagramOptions small = new DatagramOptions(OptionalInt.of(8_192), OptionalInt.empty(), true, false);
        TestDatagrams receiver = bind("127.0.0.1", small, false);
        TestDatagrams client = connect(address(receiver));
        loop.run(() -> {
            for (int i = 0; i < 100; i++) {
                client.send(memory, 1_000);
            }
        });
        TestDatagrams.next(receiver.received);
        loop.turns(3);
        int arrived = receiver.received.size() + 1;
        assertThat(arrived).isLessThan(100);
        loop.run(() -> client.send(memory, 1));
        TestDatagrams.Message last;
        do {
            last = TestDatagrams.next(receiver.received);
        } while (last.bytes().length != 1);
        assertThat(last.overflow()).isEqualTo(100 - arrived);
        // The batch is shared: another socket's loss is none of this one's.
        TestDatagrams other = bind(false);
        TestDatagrams itsClient = connect(address(other));
        loop.run(() -> itsClient.send(memory, 1));
        assertThat(TestDatagrams.next(other.received).overflow()).isZero();
    }

    @Test
    void aBoundSocketHoldsABurst() {
        TestDatagrams receiver = bind(false);
        takeNoTrains(receiver);
        TestDatagrams client = connect(address(receiver));
        // More than a socket's usual 208 KiB hold; a datagram of 1,000 bytes takes more than 1,280.
        loop.run(() -> client.send(memory, lengths(200, 1_000)));
        for (int i = 0; i < 200; i++) {
            assertThat(TestDatagrams.next(receiver.received).overflow()).isZero();
        }
    }

    @Test
    void thousandsOfSocketsShareTheLoop() {
        int count = 2_000;
        TestDatagrams echo = bind(true);
        InetSocketAddress address = address(echo);
        List<TestDatagrams> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(connect(address));
        }
        for (int round = 0; round < 3; round++) {
            loop.run(() -> {
                fill(Pattern.first(count));
                for (int i = 0; i < count; i++) {
                    clients.get(i).send(memory, 1 + i);
                }
            });
            for (int i = 0; i < count; i++) {
                assertThat(TestDatagrams.next(clients.get(i).received).bytes()).isEqualTo(Pattern.first(1 + i));
            }
        }
        assertThat(echo.failures).isEmpty();
    }

    /// Each relayed datagram is received and sent twice.
    @Test
    void aRelayedDatagramAllocatesNothing() {
        TestDatagrams echo = bind(false);
        InetSocketAddress address = address(echo);
        DatagramEcho tail = loop.call(() -> new DatagramEcho(echo.fd(), shared));
        loop.run(() -> {
            sockets.unwatch(echo);
            assertThat(sockets.watch(tail)).isZero();
        });
        DatagramEcho head = loop.call(() -> {
            int fd = DatagramSocket.open(linux, AF_INET);
            assertThat(linux.connect(fd, memory, SocketAddresses.put(memory, address))).isZero();
            DatagramEcho socket = new DatagramEcho(fd, shared);
            assertThat(sockets.watch(socket)).isZero();
            return socket;
        });
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = loop.call(() -> Thread.currentThread().threadId());
        long bytes = Long.MAX_VALUE;
        // What is not compiled yet boxes its arguments, and how long that lasts depends on what else the machine does.
        for (int i = 0; i < MAX_ROUNDS && bytes >= ROUND_TRIPS; i++) {
            long before = threads.getThreadAllocatedBytes(thread);
            CountDownLatch over = new CountDownLatch(1);
            loop.run(() -> head.begin(ROUND_TRIPS, memory, over::countDown));
            await(over);
            bytes = threads.getThreadAllocatedBytes(thread) - before;
        }
        assertThat(bytes / ROUND_TRIPS).isZero();
        loop.run(() -> {
            sockets.unwatch(tail);
            sockets.unwatch(head);
            linux.close(head.fd());
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(TestLoop.DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
