package io.sluice.transport.linux;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.sluice.transport.linux.LinuxConstants.AF_INET;
import static io.sluice.transport.linux.LinuxConstants.AF_INET6;
import static io.sluice.transport.linux.LinuxConstants.AF_UNIX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SocketAddressesTest {

    private final long memory = NativeMemory.allocateForever(SocketAddresses.MAX_BYTES, 16);

    static Stream<SocketAddress> addresses() {
        return Stream.of(
                new InetSocketAddress("127.0.0.1", 1),
                new InetSocketAddress("255.254.253.252", 65535),
                new InetSocketAddress("0.0.0.0", 0),
                new InetSocketAddress("::1", 443),
                new InetSocketAddress("2001:db8::ff00:42:8329", 33000),
                new InetSocketAddress("fe80::1%1", 80),
                UnixDomainSocketAddress.of("/run/x.sock"),
                UnixDomainSocketAddress.of("/run/ümlaut.sock"),
                UnixDomainSocketAddress.of("/" + "x".repeat(SocketAddresses.MAX_UNIX_PATH_BYTES - 1)),
                UnixDomainSocketAddress.of(""));
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void whatIsPutCanBeGot(SocketAddress address) {
        int length = SocketAddresses.put(memory, address);
        assertThat(length).isLessThanOrEqualTo(SocketAddresses.MAX_BYTES);
        assertThat(SocketAddresses.family(memory)).isEqualTo(SocketAddresses.family(address));
        assertThat(SocketAddresses.get(memory, length)).isEqualTo(address);
        if (address instanceof InetSocketAddress ip) {
            assertThat(SocketAddresses.port(memory)).isEqualTo(ip.getPort());
        }
    }

    @Test
    void layoutIsTheKernels() {
        assertThat(SocketAddresses.put(memory, new InetSocketAddress("1.2.3.4", 0x1234))).isEqualTo(16);
        byte[] bytes = new byte[8];
        NativeMemory.get(memory, bytes, 0, 8);
        assertThat(bytes).containsExactly(AF_INET, 0, 0x12, 0x34, 1, 2, 3, 4);
        assertThat(SocketAddresses.put(memory, new InetSocketAddress("::1", 1))).isEqualTo(28);
        assertThat(SocketAddresses.family(memory)).isEqualTo(AF_INET6);
        assertThat(SocketAddresses.put(memory, UnixDomainSocketAddress.of("/a"))).isEqualTo(2 + 2 + 1);
        assertThat(SocketAddresses.family(memory)).isEqualTo(AF_UNIX);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        UnixDomainSocketAddress tooLong =
                UnixDomainSocketAddress.of("/" + "x".repeat(SocketAddresses.MAX_UNIX_PATH_BYTES));
        assertThatThrownBy(() -> SocketAddresses.put(memory, tooLong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("107");
        assertThatThrownBy(() -> SocketAddresses.put(memory, InetSocketAddress.createUnresolved("x", 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
