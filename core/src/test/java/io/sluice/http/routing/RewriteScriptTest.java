package io.sluice.http.routing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// `rewrite`, `return`, `set`, `if` and `break` do what they do in nginx.
class RewriteScriptTest {

    private static final String SHOW = "return 200 \"$uri|$args|$request_uri\";";

    /// Directives of a server, and targets.
    static Stream<Arguments> servers() {
        List<Arguments> cases = new ArrayList<>();
        cases.add(Arguments.of("rewrite ^/a/(.*)$ /b/$1; " + SHOW, List.of("/a/x", "/a/x?y", "/a/", "/b", "/a/%20x?y=%20")));
        cases.add(Arguments.of("rewrite ^/a/(.*)$ /b?p=$1; " + SHOW,
                List.of("/a/x", "/a/x?y", "/a/%26%2b%20%3f", "/a/+x", "/a/b&c", "/a/%41&")));
        cases.add(Arguments.of("rewrite ^/a/(.*)$ /b?p=$1?; " + SHOW, List.of("/a/x", "/a/x?y")));
        cases.add(Arguments.of("rewrite ^/a/(.*)$ /b?; " + SHOW, List.of("/a/x", "/a/x?y")));
        cases.add(Arguments.of("rewrite ^/a/(.*)$ /b?p=$1?q=$1; " + SHOW, List.of("/a/x", "/a/x?y", "/a/%3f")));
        cases.add(Arguments.of("rewrite ^ $arg_to; " + SHOW, List.of("/?to=/x", "/?to=/x?y", "/", "/?to=/x&a=b")));
        cases.add(Arguments.of("set $n ''; rewrite ^ $n; " + SHOW, List.of("/", "/a?b")));
        cases.add(Arguments.of("rewrite ^/a$ /b; rewrite ^/b$ /c; " + SHOW, List.of("/a", "/b", "/c")));
        cases.add(Arguments.of("rewrite ^/a$ /b last; rewrite ^/b$ /c; location / { " + SHOW + " }", List.of("/a", "/b")));
        cases.add(Arguments.of("rewrite ^/a$ /b break; rewrite ^/b$ /c; location / { " + SHOW + " }", List.of("/a", "/b")));
        cases.add(Arguments.of("rewrite ^/(.*)$ http://h/$1;",
                List.of("/a", "/a?b", "/%20a%3f?b", "/%e9", "/a%0db", "/a+b%2b", "/%25", "/%2541", "/%22%3c")));
        cases.add(Arguments.of("rewrite ^/(.*)$ http://h/$1?x=$1 permanent;",
                List.of("/a", "/a?b", "/%20a%3f?b", "/%e9%26", "/a+b")));
        cases.add(Arguments.of("rewrite ^/(.*)$ /x/$1 redirect;", List.of("/a", "/a?b", "/%20", "/%2fa")));
        cases.add(Arguments.of("rewrite ^/(.*)$ /x/$1? permanent;", List.of("/a", "/a?b")));
        cases.add(Arguments.of("rewrite ^/(.*)$ $scheme://h/$uri?$args?;", List.of("/a", "/a?b", "/%20%3f")));
        cases.add(Arguments.of("rewrite ^ $arg_to redirect;",
                List.of("/?to=%41%zz%4", "/?to=%4", "/?to=%", "/?to=%%41", "/?to=%3fa%41", "/?to=a?%41", "/?to=%4%41")));
        cases.add(Arguments.of("location / { return 301 /x$uri; }", List.of("/a", "/a?b", "/%20a")));
        for (String end : List.of(
                "200", "200 text", "204", "301", "302 http://h/", "303 /x", "307 /x", "308 /x", "400", "404", "404 text",
                "404 ''", "403 ''", "444", "444 text", "500", "503 text", "200 ''", "http://h/$uri", "https://h/", "418", "299 x",
                "305 x", "$scheme://h")) {
            cases.add(Arguments.of("return " + end + ";", List.of("/a", "/a?b")));
        }
        cases.add(Arguments.of("set $a 1; set $b $a$uri; return 200 $b$c; set $c 2;", List.of("/x")));
        cases.add(Arguments.of("set $args x=$arg_y; return 200 $args|$is_args|$query_string;", List.of("/a?y=1", "/a")));
        cases.add(Arguments.of("if ($uri ~ ^/(.*)$) { set $x $1; } return 200 $x|$1;",
                List.of("/a", "/%20a", "/a+b", "/a%26")));
        cases.add(Arguments.of("rewrite ^/(.*)$ /$1; set $x $1; return 200 $x;", List.of("/a", "/%20a", "/a+b")));
        cases.add(Arguments.of("if ($uri ~ ^/(?<rest>.*)$) { set $x $rest; } return 200 $x;", List.of("/%20a")));
        cases.add(Arguments.of("if ($uri ~ ^/(.)) { set $a $1; } if ($uri ~ nothing) { } set $b $1; return 200 $a|$b;",
                List.of("/a")));
        cases.add(Arguments.of("if ($uri ~ ^/(.)) { set $a $1; } rewrite nothing /; set $b $1; return 200 $a|$b;",
                List.of("/a")));
        cases.add(Arguments.of("if ($uri !~ ^/(a)) { return 200 not; } return 200 $1;", List.of("/a", "/b")));
        cases.add(Arguments.of("if ($uri ~* ^/A) { return 200 yes; } return 200 no;", List.of("/a", "/b")));
        cases.add(Arguments.of("if ($uri !~* ^/A) { return 200 yes; } return 200 no;", List.of("/a", "/b")));
        cases.add(Arguments.of("if ($arg_a) { return 200 yes; } return 200 no;",
                List.of("/", "/?a=", "/?a=0", "/?a=00", "/?a=1", "/?b=1&A=1")));
        cases.add(Arguments.of("if ($arg_a = x) { return 200 yes; } return 200 no;", List.of("/", "/?a=x", "/?a=X", "/?a=xx")));
        cases.add(Arguments.of("if ($arg_a != $arg_b) { return 200 yes; } return 200 no;", List.of("/", "/?a=x", "/?a=x&b=x")));
        cases.add(Arguments.of("if ($arg_a) { break; return 200 no; } return 200 x; location / { return 200 location; }",
                List.of("/?a=1", "/")));
        cases.add(Arguments.of("if ($arg_a) { rewrite ^ /y last; } rewrite ^ /z; location / { " + SHOW + " }",
                List.of("/?a=1", "/")));
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("servers")
    void agrees(String directives, List<String> targets) throws IOException {
        Agreement.check(directives, targets);
    }

    @Test
    void agreesOnLocations() throws IOException {
        Agreement.check("""
                location /last/ { rewrite ^/last/(.*)$ /target/$1 last; return 200 no; }
                location /break/ { rewrite ^/break/(.*)$ /target/$1 break; return 200 no; }
                location /none/ { rewrite ^/none/(.*)$ /target/$1; set $seen yes; }
                location /ends/ { rewrite ^/ends/(.*)$ /target/$1; return 200 "ended $uri"; }
                location /breaks/ { rewrite ^/breaks/(.*)$ /target/$1; break; }
                location /loop/ { rewrite ^(.*)$ $1x last; }
                location /ten/ { rewrite "^/ten/(x{0,8})$" /ten/x$1 last; return 200 $uri; }
                location /nine/ { rewrite "^/nine/(x{0,9})$" /nine/x$1 last; return 200 $uri; }
                location /target/ { return 200 "target $uri $args $seen"; }
                location /empty/ { rewrite ^ $none; set $none ''; }
                location /if/ {
                    if ($arg_a) { set $seen a; }
                    if ($arg_b) { rewrite ^ /target/b last; }
                    if ($arg_c) { return 200 "c $seen"; }
                    return 200 "if $seen";
                }
                location /proxy/ { proxy_pass UPSTREAM/base/; }
                location /proxied/ { rewrite ^/proxied/(.*)$ /other/$1?z break; proxy_pass UPSTREAM/base/; }
                location /plain/ { proxy_pass UPSTREAM; }
                location /changed/ { rewrite ^/changed/(.*)$ /other/$1 break; proxy_pass UPSTREAM; }
                location /args/ { set $args z=1; proxy_pass UPSTREAM; }
                location /computed/ { set $to b; proxy_pass UPSTREAM/$to$is_args$args; }
                location /whole/ { set $to peer; proxy_pass http://unix:${dir}/$to; }
                location /wholechanged/ { set $to peer; rewrite ^ "/a b%" break; proxy_pass http://unix:${dir}/$to; }
                location /conditional/ {
                    proxy_pass UPSTREAM/base/;
                    if ($arg_a) { set $seen yes; }
                    if ($arg_b) { proxy_pass UPSTREAM; }
                }
                location = /exact { proxy_pass UPSTREAM/x; }
                location ~ ^/regex/(.*)$ { proxy_pass UPSTREAM; }
                location ~ ^/captured/(.*)$ { proxy_pass UPSTREAM/c/$1; }
                """, List.of(
                        "/last/a", "/last/a?b", "/last/%20a", "/break/a", "/none/a", "/ends/a", "/breaks/a", "/loop/a", "/ten/",
                        "/nine/", "/empty/", "/if/", "/if/?a=1", "/if/?b=1", "/if/?a=1&c=1", "/proxy/a", "/proxy/a?b",
                        "/proxy/%20a%3f%25?b%20", "/proxy/a//b/../c", "/proxy/%e9%22%7c", "/proxy", "/proxied/a", "/proxied/a?b",
                        "/proxied/%20?b", "/plain/a?b", "/plain/%20//a/../b?c", "/plain/a#b", "/changed/a?b", "/changed/%20%41%25",
                        "/changed/a//b", "/args/a?b", "/args/%20", "/computed/a", "/computed/a?b=c", "/whole/a%20?b",
                        "/wholechanged/a?b", "/conditional/a", "/conditional/a?a=1", "/conditional/a?b=1", "/exact", "/exact?a",
                        "/regex/a%20b?c", "/captured/a%22b?c", "http://h?x", "http://h/plain/?x", "/proxy/a+b"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void agreesOnGeneratedScripts(int seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 25; i++) {
            text.append("location /l").append(i).append("/ {\n").append(script(random)).append("}\n");
        }
        text.append("location /shown/ { ").append(SHOW).append(" }\n");
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            for (String tail : List.of("", "a/b", "a%20b?q=1", "+%26?q=%20&r", "%41%3f", "b?q")) {
                targets.add("/l" + i + "/" + tail);
            }
        }
        Agreement.check(text.toString(), targets);
    }

    @Test
    void aBodyOfAnIfBecomesTheLocation() {
        RoutedHttp routed = RoutedHttp.server("""
                if ($arg_s) { set $server yes; }
                location / {
                    proxy_pass http://127.0.0.1:1;
                    if ($arg_a) { set $x 1; }
                    if ($arg_b) { set $x 2; }
                    if ($arg_n) { break; }
                }
                """);
        assertThat(location(routed, "/").attachment()).startsWith("Prefix");
        assertThat(location(routed, "/?s=1").attachment()).startsWith("Prefix");
        Location<String> a = location(routed, "/?a=1");
        Location<String> b = location(routed, "/?a=1&b=1");
        assertThat(a.attachment()).startsWith("Conditional");
        assertThat(a.name()).isEqualTo("/");
        assertThat(b).isNotSameAs(a);
        assertThat(location(routed, "/?a=1&b=1&n=1")).isNotSameAs(b);
    }

    @Test
    void asksForFiles() {
        RoutedHttp routed = RoutedHttp.server("""
                if (-f $uri) { return 200 file; }
                if (-d $uri) { return 200 directory; }
                if (-e $uri) { return 200 anything; }
                if (!-x $uri) { return 200 "not executable"; }
                return 200 executable;
                """);
        assertThat(routed.ask("/REGULAR_FILE").body()).isEqualTo("file");
        assertThat(routed.ask("/DIRECTORY").body()).isEqualTo("directory");
        assertThat(routed.ask("/ANYTHING").body()).isEqualTo("anything");
        assertThat(routed.ask("/EXECUTABLE").body()).isEqualTo("executable");
        assertThat(routed.ask("/x").body()).isEqualTo("not executable");
    }

    @Test
    void aRedirectCannotEndAField() {
        RoutedHttp routed = RoutedHttp.server("""
                location /return { return 301 http://h$uri; }
                location /rewrite { rewrite ^(.*)$ http://h/$arg_a$uri redirect; }
                """);
        assertThat(routed.ask("/return%0d%0aSet-Cookie:%20a").location()).isEqualTo("http://h/return%0D%0ASet-Cookie: a");
        assertThat(routed.ask("/rewrite%0d%0aa").location()).doesNotContain("\r", "\n");
    }

    @Test
    void nothingEndsTheLineOfAProxiedRequest() {
        RoutedHttp routed = RoutedHttp.of(Agreement.http("""
                location ~ "^/captured((?s).*)$" { proxy_pass UPSTREAM$1; }
                location /args { set $args $uri; proxy_pass UPSTREAM; }
                location /path { rewrite "^/path((?s).*)$" /x$1?$uri break; proxy_pass UPSTREAM; }
                """));
        assertThat(routed.ask("/captured/a%20b%0d%0aHost:").body()).isEqualTo("/a%20b%0D%0AHost:");
        assertThat(routed.ask("/args%20%0a").body()).isEqualTo("/args%20%0A?/args%20%0A");
        assertThat(routed.ask("/path%20%0a").body()).isEqualTo("/x%20%0A?/path%20%0A");
    }

    @Test
    void changesVariablesOfTheProgram() {
        RoutedHttp routed = RoutedHttp.server("set $limit_rate 10k; return 200 $limit_rate;");
        assertThat(routed.ask("/").body()).isEqualTo("10k");
    }

    private static Location<String> location(RoutedHttp routed, String target) {
        Routed<String> answer = routed.route(routed.request(), target, "localhost");
        assertThat(answer).isInstanceOf(Routed.Continue.class);
        return ((Routed.Continue<String>) answer).location();
    }

    private static String script(Random random) {
        StringBuilder script = new StringBuilder();
        int steps = 1 + random.nextInt(5);
        for (int i = 0; i < steps; i++) {
            if (random.nextInt(4) == 0) {
                String[] conditions = {"$arg_q", "$uri ~ (a)/?(.)", "$uri !~ (b)", "$arg_q = 1", "$x", "$args ~ ^(.*)$"};
                script.append("if (").append(conditions[random.nextInt(conditions.length)]).append(") {\n")
                        .append(step(random)).append(step(random)).append("}\n");
            } else {
                script.append(step(random));
            }
        }
        return script.append(SHOW.replace("|$args", "|$args|$x|$1")).append('\n').toString();
    }

    private static String step(Random random) {
        String[] patterns = {"^/l\\d+/(.*)$", "a(/?)(.)", "(b)$", "^(.*)$", "nothing(.)"};
        String[] replacements = {
            "/shown/$1", "/shown/$1?x=$1", "/shown/?$args", "/shown/$1?", "/l1/$1", "/z$1$2?y=$2?", "http://h/$1", "/shown/$uri"};
        String[] flags = {"", "", " last", " break", " redirect", " permanent"};
        return switch (random.nextInt(8)) {
            case 0 -> "break;\n";
            case 1 -> "set $x \"$1-$2\";\n";
            case 2 -> "set $x $uri$is_args$args;\n";
            case 3 -> "set $args $1&s;\n";
            default -> "rewrite " + patterns[random.nextInt(patterns.length)] + " "
                    + replacements[random.nextInt(replacements.length)] + flags[random.nextInt(flags.length)] + ";\n";
        };
    }
}
