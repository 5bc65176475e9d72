package io.sluice.http.routing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Hosts as requests name them.
class HostNameTest {

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "example.com example.com 0",
        "EXAMPLE.com example.com 0",
        "example.com. example.com 0",
        "example.com.:80 example.com 80",
        "example.com:8080 example.com 8080",
        "example.com: example.com 0",
        "example.com:0 example.com 0",
        "example.com:00080 example.com 80",
        "example.com:65535 example.com 65535",
        "a a 0",
        ".a .a 0",
        "a_b a_b 0",
        "a%41 a%41 0",
        "a$b a$b 0",
        "192.0.2.1:80 192.0.2.1 80",
        "[::1] [::1] 0",
        "[2001:DB8::1]:443 [2001:db8::1] 443",
        "[::ffff:192.0.2.1] [::ffff:192.0.2.1] 0",
        "[v1.x] [v1.x] 0",
    })
    void isRead(String text, String name, int port) {
        assertThat(HostName.parse(text)).isEqualTo(new HostName(name, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", ".", ":80", "a..b", "..", "a/b", "a b", "a\tb", "a\u0000", "a\u007f", "a@b", "user@host", "a?b", "a#b", "a\\b", "a\"b",
        "a<b", "\u00e9", "a%", "a%4", "a%zz", "a:x", "a:80x", "a:65536", "a:123456", "a:-1", "a:80:80", "::1", "[", "[]",
        "[::1", "[::1]x", "[::1]:x", "[12345]", "[g::1]", "a[::1]", "[::1]]", "[v1", "a,b c", "[::1%25eth0]"
    })
    void isRefused(String text) {
        assertThat(HostName.parse(text)).isNull();
    }

    @Test
    void aPortHasAtMostFiveDigits() {
        assertThat(HostName.parse("a:000080")).isNull();
    }
}
