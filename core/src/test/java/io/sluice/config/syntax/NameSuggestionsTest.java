package io.sluice.config.syntax;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/// "Did you mean".
class NameSuggestionsTest {

    private static final List<String> NAMES =
            List.of("listen", "server", "server_name", "proxy_pass", "proxy_timeout", "set", "map", "geo", "include");

    @ParameterizedTest
    @CsvSource({
        "lisen, listen",
        "listne, listen",
        "LISTEN, listen",
        "sever, server",
        "servername, server_name",
        "proxypass, proxy_pass",
        "proxy_timeuot, proxy_timeout",
        "proxy-time-out, proxy_timeout",
        "sett, set",
        "mpa, map",
    })
    void findsWhatWasMeant(String written, String meant) {
        assertThat(NameSuggestions.closest(written, NAMES)).hasValue(meant);
    }

    @ParameterizedTest
    @CsvSource({"gzip", "x", "backend", "sub_filter", "''"})
    void staysSilentWhenNothingIsClose(String written) {
        assertThat(NameSuggestions.closest(written, NAMES)).isEmpty();
    }

    @Test
    void staysSilentAboutVeryLongNames() {
        assertThat(NameSuggestions.closest("x".repeat(100_000), List.of("x".repeat(100_000)))).isEmpty();
    }

    @Test
    void prefersTheClosestAndThenTheFirstByAlphabet() {
        assertThat(NameSuggestions.closest("abcx", List.of("abcz", "abc", "abcy"))).hasValue("abc");
        assertThat(NameSuggestions.closest("abcdefgx", List.of("abcdef", "abcdefg"))).hasValue("abcdefg");
    }

    @Test
    void wordsTheHint() {
        assertThat(NameSuggestions.hint("lisen", NAMES)).hasValue("did you mean \"listen\"?");
    }

    @ParameterizedTest
    @CsvSource({"'', '', 0", "'', abc, 3", "abc, abc, 0", "abc, acb, 1", "abc, ab, 1", "abc, axc, 1", "ca, abc, 3", "kitten, sitting, 3"})
    void measuresDistance(String a, String b, int distance) {
        assertThat(NameSuggestions.distance(a, b)).isEqualTo(distance);
        assertThat(NameSuggestions.distance(b, a)).isEqualTo(distance);
    }
}
