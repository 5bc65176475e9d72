package io.sluice.config.model;

import java.net.InetAddress;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class AddressTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1:80",
        "::1, [::1]:80",
        "::, [::]:80",
        "2001:DB8:0:0:0:0:0:1, [2001:db8::1]:80",
        "2001:db8::, [2001:db8::]:80",
        "2001:0:0:1:0:0:0:1, [2001:0:0:1::1]:80",
        "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]:80",
        "0:0:1::, [0:0:1::]:80",
        "::1.2.3.4, [::1.2.3.4]:80",
        "fe80::1:2, [fe80::1:2]:80",
        "1:2:3:4:5:6:7:8, [1:2:3:4:5:6:7:8]:80",
    })
    void printsAddressesAsNginxDoes(String literal, String printed) {
        assertThat(new Address.Ip(InetAddress.ofLiteral(literal), 80)).hasToString(printed);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "2001:db8::1, 2001:db8::1"})
    void printsTheHostWithoutBrackets(String literal, String printed) {
        assertThat(new Address.Ip(InetAddress.ofLiteral(literal), 80).hostText()).isEqualTo(printed);
    }

    @ParameterizedTest
    @CsvSource({"fe80::1%1, fe80::1%1"})
    void keepsTheScope(String literal, String printed) {
        assertThat(new Address.Ip(InetAddress.ofLiteral(literal), 80).hostText()).isEqualTo(printed);
    }
}
