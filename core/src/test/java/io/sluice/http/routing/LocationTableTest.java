package io.sluice.http.routing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.testing.Allocations;

import static org.assertj.core.api.Assertions.assertThat;

/// Which location a path is for.
@SuppressWarnings("NullAway") // a test hands over what the annotations exclude, or JUnit sets a field
class LocationTableTest {

    private static final String LOCATIONS = """
            location = / { return 200 root; }
            location / { return 200 all; }
            location /documents/ { return 200 documents; }
            location ^~ /images/ { return 200 images; }
            location ~* \\.(gif|jpg)$ { return 200 "picture $1"; }
            location ~ ^/(?<first>[^/]+)/second$ { return 200 "named $first $1"; }
            location = /documents/exact.gif { return 200 exact; }
            location /nested/ {
                location /nested/deep/ { return 200 deep; }
                location ~ \\.gif$ { return 200 "nested picture"; }
                location = /nested/one { return 200 one; }
                return 200 nested;
            }
            location /app/ { proxy_pass UPSTREAM; }
            location /app2/ { proxy_pass UPSTREAM/other/; }
            location = /app3/ { proxy_pass UPSTREAM; }
            location /app4/ { proxy_pass UPSTREAM; }
            location = /app4 { return 200 app4; }
            location /app-x { return 200 dash; }
            location /internal/ { internal; return 200 internal; }
            location ~ \\.regex/ { proxy_pass UPSTREAM; }
            location @named { return 200 named; }
            """;

    private final RoutedHttp routed = RoutedHttp.of(Agreement.http(LOCATIONS));

    @ParameterizedTest
    @CsvSource({
        "/, 200, '', root",
        "/index.html, 200, '', all",
        "/documents/document.html, 200, '', documents",
        "/images/1.gif, 200, '', images",
        "/documents/1.JPG, 200, '', picture JPG",
        "/documents/exact.gif, 200, '', exact",
        "/a/second, 200, '', named a a",
        "/nested/x, 200, '', nested",
        "/nested/x.gif, 200, '', nested picture",
        "/nested/x.jpg, 200, '', picture jpg",
        "/nested/deep/x, 200, '', deep",
        "/nested/deep/x.gif, 200, '', nested picture",
        "/nested/one, 200, '', one",
        "/app/x, 200, '', /app/x",
        "/app, 301, /app/, ''",
        "/app?a=b, 301, /app/?a=b, ''",
        "/app2, 301, /app2/, ''",
        "/app2/x, 200, '', /other/x",
        "/app3, 301, /app3/, ''",
        "/app4, 200, '', app4",
        "/app-x, 200, '', dash",
        "/internal/x, 404, '', ''",
    })
    void isFound(String target, int status, String location, String body) {
        assertThat(routed.ask(target)).isEqualTo(new Answer(status, location, body));
    }

    @Test
    void agreesOnTheseLocations() throws IOException {
        Agreement.check(LOCATIONS, List.of(
                "/", "/index.html", "/documents/document.html", "/images/1.gif", "/documents/1.JPG", "/documents/exact.gif",
                "/a/second", "/nested/x", "/nested/x.gif", "/nested/x.jpg", "/nested/deep/x", "/nested/deep/x.gif",
                "/nested/one", "/app/x", "/app", "/app?a=b", "/app2", "/app2/x", "/app3", "/app4", "/app4/", "/app-x",
                "/internal/x", "/x.regex/", "/x.regex"));
    }

    @Test
    void agreesWhereTheServerItselfAnswers() throws IOException {
        Agreement.check("location /a { return 200 a; }", List.of("/", "/b", "/a", "/ab", "/b/"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void agreesOnGeneratedTrees(int seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        new Tree(random).level(text, "", 0);
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            targets.add(path(random));
        }
        Agreement.check(text.toString(), targets);
    }

    @Test
    void findingWithoutExpressionsCostsNothing() {
        LocationTable<String> table = RoutedHttp.server("""
                location / { }
                location /a/ { location /a/b/ { } }
                location = /exact { }
                location ^~ /c/ { }
                """).first().server().nested();
        FakeRequest request = routed.request();
        assertThat(Objects.requireNonNull(table.find("/a/b/c", request)).name()).isEqualTo("/a/b/");
        assertThat(Allocations.bytes(100_000, () -> {
            table.find("/a/b/c", request);
            table.find("/exact", request);
            table.find("/unknown", request);
        })).isZero();
    }

    @Test
    void aRefusedRequestIsAnsweredForItsLocation() {
        FakeRequest request = routed.request().refused(413);
        Routed<String> answer = Objects.requireNonNull(routed.route(request, "/documents/a", "localhost"));
        assertThat(answer).isInstanceOfSatisfying(Routed.Respond.class, respond -> assertThat(respond.status()).isEqualTo(413));
        assertThat(answer.location().name()).isEqualTo("/documents/");
    }

    @Test
    void namedLocationsAndInternalRedirects() {
        FakeRequest request = routed.request();
        assertThat(routed.route(request, "/documents/a", "localhost")).isNotNull();
        assertThat(routed.answer(routed.first().redirectToNamed(request, "named"), request).body()).isEqualTo("named");
        assertThat(routed.answer(routed.first().redirectToNamed(request, "unknown"), request).status()).isEqualTo(500);
        assertThat(routed.answer(routed.first().redirect(request, "/internal/x?a"), request).body()).isEqualTo("internal");
        assertThat(request.target().args()).isEqualTo("a");
        for (int i = 0; i < 7; i++) {
            assertThat(routed.first().redirect(request, "/a")).isInstanceOf(Routed.Respond.class);
        }
        assertThat(routed.first().redirect(request, "/a")).isInstanceOf(Routed.TooManyCycles.class);
    }

    private static String path(Random random) {
        String[] pieces = {"/", "/", "a", "b", "ab", "c", "-", ".gif", "/a", "/b/", "/a/b"};
        StringBuilder path = new StringBuilder("/");
        int length = random.nextInt(6);
        for (int i = 0; i < length; i++) {
            path.append(pieces[random.nextInt(pieces.length)]);
        }
        return path.toString();
    }

    /// Locations at random, as deep as nginx allows them to be nested.
    private static final class Tree {

        private static final List<String> PATTERNS = List.of("/a", "/b", "b$", "\\.gif$", "a.*b", "^/ab", "/(a|b)/(.)");

        private final Random random;

        private int number;

        Tree(Random random) {
            this.random = random;
        }

        void level(StringBuilder text, String prefix, int depth) {
            int count = 1 + random.nextInt(depth == 0 ? 8 : 3);
            Set<String> taken = new HashSet<>();
            for (int i = 0; i < count; i++) {
                String pattern = PATTERNS.get(random.nextInt(PATTERNS.size()));
                String name = prefix + (prefix.isEmpty() ? path(random) : path(random).substring(random.nextInt(2)));
                switch (random.nextInt(5)) {
                    case 0 -> location(text, "= ", name, taken, depth, null);
                    case 1 -> location(text, "^~ ", name, taken, depth, name);
                    case 2 -> location(text, "~ ", pattern, taken, depth, pattern.matches("/[ab]") ? pattern : null);
                    default -> location(text, "", name, taken, depth, name);
                }
            }
        }

        private void location(
                StringBuilder text, String modifier, String name, Set<String> taken, int depth, String nestedPrefix) {
            String key = (modifier.startsWith("=") || modifier.startsWith("~") ? modifier : "") + name;
            if (!taken.add(key)) {
                return;
            }
            text.append("location ").append(modifier).append(name).append(" {\n");
            if (nestedPrefix != null && depth < 3 && random.nextInt(3) > 0) {
                level(text, nestedPrefix, depth + 1);
            }
            int id = number++;
            boolean proxies = !modifier.startsWith("~") && random.nextInt(3) == 0;
            text.append(proxies
                    ? "proxy_pass UPSTREAM/p" + id + ";\n"
                    : "return 200 '" + id + " $1 $2';\n").append("}\n");
        }
    }
}
