package io.sluice.network;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.AccessRuleConfig.Subject;
import io.sluice.config.model.Position;
import io.sluice.network.IpText.AddressAndPort;

import static org.assertj.core.api.Assertions.assertThat;

class ForwardedForTest {

    private static final byte[] PROXY = {10, 0, 0, 1};

    private static final List<AccessRuleConfig> TRUSTED = List.of(
            rule(new Subject.Network(InetAddress.ofLiteral("10.0.0.0"), 8)),
            rule(new Subject.Network(InetAddress.ofLiteral("2001:db8::"), 32)));

    private static AccessRuleConfig rule(Subject subject) {
        return new AccessRuleConfig(Position.NONE, true, subject);
    }

    private static String find(boolean recursive, byte[] peer, String... lines) {
        AddressAndPort found = new ForwardedFor(TRUSTED, recursive).find(peer, Arrays.asList(lines));
        return found == null ? "peer" : text(found);
    }

    private static String text(AddressAndPort found) {
        try {
            String address = InetAddress.getByAddress(found.address()).getHostAddress();
            return found.port() == 0 ? address : address + " port " + found.port();
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // lines separated by semicolons           | last             | recursive
        "192.0.2.1                                 | 192.0.2.1        | 192.0.2.1",
        "192.0.2.1, 10.0.0.2                       | 10.0.0.2         | 192.0.2.1",
        "192.0.2.9, 192.0.2.1, 10.0.0.2            | 10.0.0.2         | 192.0.2.1",
        "10.0.0.4,10.0.0.3,10.0.0.2                | 10.0.0.2         | 10.0.0.4",
        "192.0.2.1 , , 10.0.0.2 ,, '               | peer             | peer",
        "192.0.2.1 , , 10.0.0.2 ,,                 | 10.0.0.2         | 192.0.2.1",
        "nonsense, 10.0.0.2                        | 10.0.0.2         | 10.0.0.2",
        "192.0.2.1, nonsense                       | peer             | peer",
        "unix:, 10.0.0.2                           | 10.0.0.2         | 10.0.0.2",
        "192.0.2.1:8080                            | 192.0.2.1 port 8080 | 192.0.2.1 port 8080",
        "192.0.2.1:0                               | peer             | peer",
        "192.0.2.1:65536                           | peer             | peer",
        "[2001:db9::1]:443                         | 2001:db9:0:0:0:0:0:1 port 443 | 2001:db9:0:0:0:0:0:1 port 443",
        "[2001:db9::1]                             | peer             | peer",
        "2001:db9::1, 2001:db8::1                  | 2001:db8:0:0:0:0:0:1 | 2001:db9:0:0:0:0:0:1",
        "192.0.2.1, ::ffff:10.0.0.2                | 10.0.0.2         | 192.0.2.1",
        "192.0.2.9; 192.0.2.1; 10.0.0.2            | 10.0.0.2         | 192.0.2.1",
        "192.0.2.9, 10.0.0.3; 10.0.0.2             | 10.0.0.2         | 192.0.2.9",
        "192.0.2.1; nonsense; 10.0.0.2             | 10.0.0.2         | 10.0.0.2",
        "192.0.2.1; nonsense                       | peer             | peer",
    })
    void listsAreReadFromTheRight(String written, String last, String recursive) {
        String[] lines = written.split("; *");
        assertThat(find(false, PROXY, lines)).isEqualTo(last);
        assertThat(find(true, PROXY, lines)).isEqualTo(recursive);
    }

    @Test
    void strangersAreNotBelieved() {
        assertThat(find(true, new byte[] {9, 9, 9, 9}, "192.0.2.1")).isEqualTo("peer");
        assertThat(find(true, new byte[0], "192.0.2.1")).isEqualTo("peer");
        assertThat(find(true, PROXY)).isEqualTo("peer");
        assertThat(find(true, PROXY, "")).isEqualTo("peer");
    }

    @Test
    void aUnixSocketMayBeTrusted() {
        for (Subject subject : List.of(new Subject.Unix(), new Subject.All())) {
            AddressAndPort found =
                    new ForwardedFor(List.of(rule(subject)), false).find(new byte[0], List.of("192.0.2.1"));
            assertThat(found).isNotNull();
            assertThat(found.address()).containsExactly(192, 0, 2, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.256", "1.2.3.-4", "a.b.c.d", ":", ":::",
        "1::2::3", "g::", "::1%eth0", "[::1]", "1:2:3:4:5:6:7:8:9", "12345::", "255.255.255.255", "١.٢.٣.٤",
        "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"
    })
    void whatIsNoAddress(String text) {
        assertThat(IpText.address(text)).isNull();
    }

    @Test
    void mappedAddressesKeepTheirForm() {
        assertThat(IpText.address("::ffff:1.2.3.4")).hasSize(16).endsWith(0xff, 0xff, 1, 2, 3, 4);
        assertThat(IpText.address("01.002.3.4")).containsExactly(1, 2, 3, 4);
    }
}
