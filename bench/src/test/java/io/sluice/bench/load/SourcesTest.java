package io.sluice.bench.load;

import java.net.InetAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SourcesTest {

    @Test
    void readsAddressesRangesAndNetworks() {
        assertThat(addresses("127.0.0.2")).containsExactly("127.0.0.2");
        assertThat(addresses("127.0.0.254-127.0.1.1")).containsExactly("127.0.0.254", "127.0.0.255", "127.0.1.0", "127.0.1.1");
        assertThat(addresses("127.0.1.7/30")).containsExactly("127.0.1.4", "127.0.1.5", "127.0.1.6", "127.0.1.7");
        assertThat(addresses("10.0.0.5,10.0.0.9")).containsExactly("10.0.0.5", "10.0.0.9");
        assertThat(addresses("::1")).containsExactly("0:0:0:0:0:0:0:1");
        assertThat(Sources.parse("127.0.0.0/16").addresses()).hasSize(65_536);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "127.0.0.9-127.0.0.2", "127.0.0.0/0", "127.0.0.0/33", "127.0.0.0/x", "127.0.0.0/8", "::1-::2",
                "127.0.0.1,::1"})
    void rejectsAnythingElse(String text) {
        assertThatThrownBy(() -> Sources.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void knowsWhatItCanConnectTo() {
        assertThat(Sources.parse("127.0.0.2").suit(InetAddress.ofLiteral("127.0.0.1"))).isTrue();
        assertThat(Sources.parse("127.0.0.2").suit(InetAddress.ofLiteral("::1"))).isFalse();
        assertThat(Sources.ANY.suit(InetAddress.ofLiteral("::1"))).isTrue();
    }

    private static Iterable<String> addresses(String text) {
        return Sources.parse(text).addresses().stream().map(InetAddress::getHostAddress).toList();
    }
}
