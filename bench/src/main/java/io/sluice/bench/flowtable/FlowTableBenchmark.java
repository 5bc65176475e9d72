package io.sluice.bench.flowtable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;
import io.sluice.udp.FlowTable;

/// What does it cost to find a datagram's flow among so many, to find that there is none, and to begin and end one? Confined
/// to the benchmark's thread.
///
/// Clients come in an order of chance, so that the processor's caches help as little as with real ones; 16 flows have one
/// client's address.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up
public class FlowTableBenchmark {

    /// Flows in the table.
    @Param({"1000", "100000"})
    public int flows;

    private static final int SOCKADDR_BYTES = 16;

    private static final int LOCAL_BYTES = 4;

    private static final int FLOWS_OF_A_CLIENT = 16;

    private static final int FIRST_PORT = 10_000;

    private static final Object FLOW = new Object();

    private final LinuxCalls linux = new LinuxCalls();

    private final byte[] localAddress = {127, 0, 0, 1};

    private FlowTable<Object> table;

    /// Native memory: the addresses of the flows, as many again that have none, and the local one.
    private long addresses;

    private long local;

    /// Of those that have none, as flows keep theirs.
    private byte[][] strangers;

    private int[] order;

    private int next;

    /// For JMH.
    public FlowTableBenchmark() {}

    /// Puts the flows in.
    @Setup(Level.Trial)
    public void build() throws UnknownHostException {
        addresses = linux.allocate(2L * flows * SOCKADDR_BYTES + SocketAddresses.MAX_BYTES);
        local = linux.allocate(LOCAL_BYTES);
        NativeMemory.put(local, localAddress, 0, LOCAL_BYTES);
        table = new FlowTable<>(linux, false);
        strangers = new byte[flows][SOCKADDR_BYTES];
        for (int i = 0; i < 2 * flows; i++) {
            SocketAddresses.put(address(i), client(i));
            if (i < flows) {
                table.put(key(i), FLOW);
            } else {
                NativeMemory.get(address(i), strangers[i - flows], 0, SOCKADDR_BYTES);
            }
        }
        List<Integer> shuffled = IntStream.range(0, flows).boxed().collect(Collectors.toList());
        Collections.shuffle(shuffled, new Random(1));
        order = shuffled.stream().mapToInt(Integer::intValue).toArray();
    }

    private static InetSocketAddress client(int i) throws UnknownHostException {
        int host = i / FLOWS_OF_A_CLIENT;
        byte[] address = {10, (byte) (host >> 16), (byte) (host >> 8), (byte) host};
        return new InetSocketAddress(InetAddress.getByAddress(address), FIRST_PORT + i % FLOWS_OF_A_CLIENT);
    }

    private long address(int i) {
        return addresses + (long) i * SOCKADDR_BYTES;
    }

    private long key(int i) {
        return table.key(address(i), local, LOCAL_BYTES);
    }

    /// Gives the memory back.
    @TearDown(Level.Trial)
    public void free() {
        table.free();
        linux.free(addresses);
        linux.free(local);
    }

    private int chosen() {
        next = next + 1 == flows ? 0 : next + 1;
        return order[next];
    }

    /// A datagram of a known client.
    @Benchmark
    public @Nullable Object find() {
        return table.find(key(chosen()));
    }

    /// A datagram of a client that has no flow.
    @Benchmark
    public @Nullable Object findNone() {
        return table.find(key(flows + chosen()));
    }

    /// A flow begins and ends.
    @Benchmark
    public void putAndRemove() {
        int stranger = chosen();
        table.put(key(flows + stranger), FLOW);
        table.remove(strangers[stranger], localAddress);
    }
}
