package io.sluice.http.routing;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.testing.Allocations;
import io.sluice.testing.RunningNginx;
import io.sluice.testing.Wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Arguments and cookies by name.
@SuppressWarnings("NullAway") // a test hands over what the annotations exclude, or JUnit sets a field
class RequestParametersTest {

    @ParameterizedTest
    @CsvSource({
        "a=1&b=2, a, 1",
        "a=1&b=2, b, 2",
        "A=1, a, 1",
        "ab=1&b=2, b, 2",
        "a=%20&b, a, %20",
        "a=, a, ''",
        "a=1&a=2, a, 1",
        "b=a=1, a, ",
        "a, a, ",
        "a&a=1, a, 1",
        "'', a, ",
        "&&a=1, a, 1",
    })
    void arguments(String args, String name, String value) {
        assertThat(RequestParameters.argument(args, name)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a=1; b=2 | a | 1",
        "a=1; b=2 | b | 2",
        "a=1;b=2 | b | 2",
        "A=1 | a | 1",
        "ab=1; a=2 | a | 2",
        "a = 1 | a | 1",
        "a=1, b=2 | a | 1, b=2",
        "x=1, b=2 | b | 2",
        "a; a=1 | a |",
        "a | a |",
        "a= | a | ''",
        "xa=1 | a |",
        "x=a=1 | a |",
    })
    void cookies(String field, String name, String value) {
        assertThat(RequestParameters.cookie(field, name)).isEqualTo(value);
    }

    @Test
    void cookiesOfAPeer() {
        assertThat(RequestParameters.setCookie("a=1; Path=/", "a")).isEqualTo("1");
        assertThat(RequestParameters.setCookie("A = 1", "a")).isEqualTo("1");
        assertThat(RequestParameters.setCookie("b=1; a=2", "a")).isNull();
        assertThat(RequestParameters.setCookie("ab=1", "a")).isNull();
        assertThat(RequestParameters.setCookie("a", "a")).isNull();
    }

    @Test
    void whatIsNotFoundCostsNothing() {
        assertThat(Allocations.bytes(100_000, () -> {
            RequestParameters.argument("page=1&size=20", "sort");
            RequestParameters.cookie("session=abc; theme=dark", "language");
        })).isZero();
    }

    @Test
    void agreesWithNginx() throws IOException {
        assumeTrue(RunningNginx.isInstalled(), "no nginx to compare with");
        Random random = new Random(2);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            texts.add(generated(random));
        }
        try (RunningNginx nginx = RunningNginx.startHttp(
                "server { listen 127.0.0.1:0; return 200 \"$arg_a|$arg_ab|$cookie_a|$cookie_ab\"; }")) {
            for (String text : texts) {
                String args = text.replace(" ", "");
                String expected;
                try (Socket socket = nginx.connect(0)) {
                    Wire.send(socket, "GET /?" + args + " HTTP/1.0\r\nCookie: " + text + "\r\n\r\n");
                    String response = Wire.readAll(socket);
                    expected = response.substring(response.indexOf("\r\n\r\n") + 4);
                }
                // A field has no spaces around it.
                String field = text.strip();
                assertThat(value(RequestParameters.argument(args, "a")) + '|' + value(RequestParameters.argument(args, "ab"))
                        + '|' + value(RequestParameters.cookie(field, "a")) + '|'
                        + value(RequestParameters.cookie(field, "ab"))).as(text).isEqualTo(expected);
            }
        }
    }

    private static String value(String value) {
        return value == null ? "" : value;
    }

    private static String generated(Random random) {
        String[] pieces = {"a", "A", "b", "ab", "=", "=", "&", ";", "; ", ",", " ", "1"};
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(10);
        for (int i = 0; i < length; i++) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }
}
