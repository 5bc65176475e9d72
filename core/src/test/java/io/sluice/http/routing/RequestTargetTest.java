package io.sluice.http.routing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.testing.Allocations;
import io.sluice.testing.RunningNginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Targets of requests are read as nginx reads them.
class RequestTargetTest {

    private static final String ALPHABET = "//////....%%%22eEfF3350aZ??#+&=~!\u00e9";

    private static final List<String> PIECES = List.of(
            "/", "//", "/.", "/..", "/./", "/../", "%2e", "%2E", "%2f", "%25", "%23", "%3f", "%3F", "%41", "%2b", "%20",
            "%c3%a9", "a", "bc", "?", "#", "+", ".", "..", "x=1", "&", "%0a", "%7f", "%", "%4", "%zz", "%00", "\"", "|");

    private final RequestTarget target = new RequestTarget();

    @ParameterizedTest
    @CsvSource(delimiter = ' ', nullValues = "-", value = {
        "/ / -",
        "/a/b /a/b -",
        "/a?b=c /a b=c",
        "/a? /a -",
        "/? / -",
        "/a?b?c /a b?c",
        "/a?b#c /a b",
        "/a#b?c /a -",
        "/a/#b /a/ -",
        "//a///b/ /a/b/ -",
        "/a/./b /a/b -",
        "/a/. /a/ -",
        "/a/../b /b -",
        "/a/.. / -",
        "/a/b/../../c /c -",
        "/a/../../b - -",
        "/.. - -",
        "/../ - -",
        "/...a /...a -",
        "/.../a /.../a -",
        "/a/..b /a/..b -",
        "/.a /.a -",
        "/a. /a. -",
        "/a/..?b / b",
        "/a/.?b /a/ b",
        "/a/..#b / -",
        "/%41%42 /AB -",
        "/%2e%2e/a - -",
        "/a/%2e%2e/b /b -",
        "/a%2fb /a/b -",
        "/a%2f%2fb /a/b -",
        "/a%2f..%2fb /b -",
        "/a%3fb /a?b -",
        "/a%23b /a#b -",
        "/a%25b /a%b -",
        "/a%252e /a%2e -",
        "/a%00b - -",
        "/a% - -",
        "/a%4 - -",
        "/a%4g - -",
        "/a?% /a %",
        "/a+b /a+b -",
        "/a%2bb /a+b -",
        "* - -",
        "a - -",
        "http - -",
        "http: - -",
        "http:/a - -",
        "http:// - -",
        "http:///a - -",
        "http://a_b/ - -",
        "http://a:x/ - -",
        "http://a#b - -",
        "1http://a/ - -",
        "http://h / -",
        "http://h/ / -",
        "http://h/a/../b?c /b c",
        "http://h?c / c",
        "h+t.p-1://h/a /a -",
        "http://h:80/a /a -",
        "http://h:/a /a -",
        "http://[::1]:80/a /a -",
        "http://[::1]x/a - -",
    })
    void isRead(String text, String path, String args) {
        boolean valid = target.parse(text, true);
        assertThat(valid).isEqualTo(path != null);
        if (valid) {
            assertThat(target.path()).isEqualTo(path);
            assertThat(target.args()).isEqualTo(args == null ? "" : args);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a b", "/a\tb", "/a\nb", "/a\u0000b", "/a\u007fb", "/a?b\nc", "/a?\u0001"})
    void refusesWhatNoTargetMayHold(String text) {
        assertThat(target.parse(text, true)).isFalse();
    }

    @Test
    void slashesStayWhereTheyAreNotMerged() {
        assertThat(target.parse("//a///b//../c", false)).isTrue();
        assertThat(target.path()).isEqualTo("//a///b/c");
        assertThat(target.parse("//..", false)).isTrue();
        assertThat(target.path()).isEqualTo("/");
    }

    @Test
    void knowsHostAndSchemeOfAnAbsoluteUri() {
        assertThat(target.parse("hTTp://Example.COM.:8080/a", true)).isTrue();
        assertThat(target.authority()).isEqualTo(new HostName("example.com", 8080));
        assertThat(target.scheme()).isEqualTo("hTTp");
        assertThat(target.raw()).isEqualTo("/a");
        assertThat(target.parse("http://h?c", true)).isTrue();
        assertThat(target.raw()).isEqualTo("?c");
        assertThat(target.isRawValid()).isFalse();
        assertThat(target.parse("/", true)).isTrue();
        assertThat(target.authority()).isNull();
        assertThat(target.scheme()).isEmpty();
    }

    @Test
    void whatIsValidIsNormal() {
        Random random = new Random(4);
        for (int i = 0; i < 200_000; i++) {
            String text = generated(random);
            if (target.parse(text, true)) {
                assertThat(target.path()).as(text).startsWith("/").doesNotContain("//", "/./", "/../", "\0")
                        .satisfies(path -> assertThat(path.endsWith("/.") || path.endsWith("/..")).isFalse());
                assertThat(target.args()).as(text).doesNotContain("#");
                assertThat(text).endsWith(target.raw());
            }
        }
    }

    @Test
    void aPlainTargetCostsNothing() {
        assertThat(Allocations.bytes(100_000, () -> target.parse("/static/main.css", true))).isZero();
    }

    @Test
    void agreesWithNginx() throws IOException {
        assumeTrue(RunningNginx.isInstalled(), "no nginx to compare with");
        Random random = new Random(1);
        List<String> targets = new ArrayList<>();
        while (targets.size() < 700) {
            targets.add(generated(random));
        }
        for (boolean merge : new boolean[] {true, false}) {
            try (RunningNginx nginx = RunningNginx.startHttp("""
                    server {
                        listen 127.0.0.1:0;
                        merge_slashes %s;
                        return 200 "$uri|$args|$request_uri";
                    }
                    """.formatted(merge ? "on" : "off"))) {
                for (String text : targets) {
                    Answer expected = Answer.of(nginx, text);
                    Answer actual = target.parse(text, merge)
                            ? new Answer(200, "", target.path() + '|' + target.args() + '|' + target.raw())
                            : new Answer(400, "", "");
                    assertThat(actual).as(text).isEqualTo(expected);
                }
            }
        }
    }

    private static String generated(Random random) {
        StringBuilder text = new StringBuilder("/");
        int length = random.nextInt(9);
        boolean pieces = random.nextInt(3) > 0;
        for (int i = 0; i < length; i++) {
            if (pieces) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            } else {
                text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
        }
        if (random.nextInt(8) == 0) {
            text.insert(0, random.nextBoolean() ? "http://host" : "http://h:80");
        }
        return text.toString();
    }
}
