package io.sluice.udp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.testing.Allocations;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

import static org.assertj.core.api.Assertions.assertThat;

/// The table against a `HashMap`, with few addresses, so that they collide, come again and grow the table.
class FlowTableTest {

    private static final int STEPS = 60_000;

    /// sin6_flowinfo in struct sockaddr_in6.
    private static final int FLOW_LABEL = 4;

    /// sin6_scope_id.
    private static final int SCOPE = 24;

    private final LinuxCalls linux = new LinuxCalls();

    private final long memory = linux.allocate(2 * SocketAddresses.MAX_BYTES);

    private final long local = memory + SocketAddresses.MAX_BYTES;

    @AfterEach
    void free() {
        linux.free(memory);
    }

    /// A client and the address that it sends to.
    private record Addresses(InetSocketAddress client, InetAddress local) {}

    private static Addresses random(Random random, boolean ipv6, int most) throws UnknownHostException {
        byte[] client = ipv6 ? new byte[16] : new byte[] {10, 0, 0, 0};
        client[client.length - 1] = (byte) random.nextInt(most);
        byte[] here = ipv6 ? new byte[16] : new byte[] {127, 0, 0, 0};
        here[here.length - 1] = (byte) random.nextInt(2);
        return new Addresses(
                new InetSocketAddress(InetAddress.getByAddress(client), 1000 + random.nextInt(most)),
                InetAddress.getByAddress(here));
    }

    private long key(FlowTable<Integer> table, Addresses of) {
        SocketAddresses.put(memory, of.client());
        byte[] here = of.local().getAddress();
        NativeMemory.put(local, here, 0, here.length);
        return table.key(memory, local, here.length);
    }

    private void remove(FlowTable<Integer> table, Addresses of) {
        byte[] sockaddr = new byte[SocketAddresses.put(memory, of.client())];
        NativeMemory.get(memory, sockaddr, 0, sockaddr.length);
        table.remove(sockaddr, of.local().getAddress());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void agreesWithAHashMap(boolean ipv6) throws UnknownHostException {
        FlowTable<Integer> table = new FlowTable<>(linux, ipv6);
        Map<Addresses, Integer> model = new HashMap<>();
        Random random = new Random(42);
        for (int step = 0; step < STEPS; step++) {
            Addresses one = random(random, ipv6, step < STEPS / 2 ? 100 : 12);
            Integer known = model.get(one);
            assertThat(table.find(key(table, one))).isEqualTo(known);
            if (known == null && random.nextInt(3) > 0) {
                table.put(key(table, one), step);
                model.put(one, step);
            } else if (random.nextInt(4) == 0) {
                remove(table, one);
                model.remove(one);
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        List<Integer> all = new ArrayList<>();
        table.forEach(all::add);
        assertThat(all).containsExactlyInAnyOrderElementsOf(model.values());
        model.forEach((one, value) -> assertThat(table.find(key(table, one))).isEqualTo(value));
        for (Addresses one : List.copyOf(model.keySet())) {
            remove(table, one);
        }
        assertThat(table.size()).isZero();
        table.free();
    }

    /// A link-local address belongs to a link; sin6_flowinfo is the sender's to choose for each datagram.
    @Test
    void theScopeIsAPartOfTheKeyAndTheFlowLabelIsNot() throws UnknownHostException {
        FlowTable<Integer> table = new FlowTable<>(linux, true);
        Addresses one = random(new Random(1), true, 10);
        table.put(key(table, one), 1);
        key(table, one);
        NativeMemory.putInt(memory + FLOW_LABEL, 7);
        assertThat(table.find(table.key(memory, local, 16))).isEqualTo(1);
        NativeMemory.putInt(memory + SCOPE, 2);
        assertThat(table.find(table.key(memory, local, 16))).isNull();
        table.put(table.key(memory, local, 16), 2);
        assertThat(table.size()).isEqualTo(2);
        table.free();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lookingUpAllocatesNothing(boolean ipv6) throws UnknownHostException {
        FlowTable<Integer> table = new FlowTable<>(linux, ipv6);
        Addresses one = random(new Random(1), ipv6, 10);
        table.put(key(table, one), 1);
        long key = key(table, one);
        int localLength = ipv6 ? 16 : 4;
        assertThat(Allocations.bytesPerCall(100_000, () -> table.find(table.key(memory, local, localLength)))).isZero();
        assertThat(table.find(key)).isEqualTo(1);
        table.free();
    }
}
