package io.sluice.config.binding;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.MapConfig;
import io.sluice.config.model.MapConfig.Key.Exact;
import io.sluice.config.model.MapConfig.Key.Prefix;
import io.sluice.config.model.MapConfig.Key.Regex;
import io.sluice.config.model.MapConfig.Key.Suffix;

import static org.assertj.core.api.Assertions.assertThat;

/// `map {}`.
class MapTest {

    private static final String USE = "\nlog_format f $x;\naccess_log /a f;\n";

    private static MapConfig map(String lines) {
        return Bound.stream("map $remote_addr $x {\n" + lines + "\n}" + USE).config().stream().maps().getFirst();
    }

    @Test
    void keysAndValues() {
        MapConfig map = Bound.stream("""
                map "$remote_addr:$server_port" $X {
                    default        "none $status";
                    volatile;
                    127.0.0.1:80   local;
                    ''             "";
                    \\default      word;
                    \\~tilde       tilde;
                    ~^10\\.        ten;
                    ~*^FE80        six;
                    *.example.com  star;
                }
                """ + USE).config().stream().maps().getFirst();

        assertThat(map.source()).hasToString("${remote_addr}:${server_port}");
        assertThat(map.variable()).isEqualTo("x");
        assertThat(map.isVolatile()).isTrue();
        assertThat(map.hostnames()).isFalse();
        assertThat(map.defaultValue()).hasToString("none ${status}");
        assertThat(map.entries()).extracting(MapConfig.Entry::key).containsExactly(
                new Exact("127.0.0.1:80"), new Exact(""), new Exact("default"), new Exact("~tilde"),
                new Regex("^10\\.", false), new Regex("^FE80", true), new Exact("*.example.com"));
        assertThat(map.entries()).extracting(entry -> entry.value().toString())
                .containsExactly("local", "", "word", "tilde", "ten", "six", "star");
    }

    @Test
    void hostNamesHaveMasks() {
        MapConfig map = map("""
                hostnames;
                example.com    1;
                .example.org   2;
                *.example.net  3;
                mail.*         4;
                """);

        assertThat(map.hostnames()).isTrue();
        assertThat(map.entries()).extracting(MapConfig.Entry::key).containsExactly(
                new Exact("example.com"), new Suffix("example.org", true), new Suffix("example.net", false),
                new Prefix("mail"));
    }

    @Test
    void aMaskAndWhatItCoversConflict() {
        assertThat(Bound.stream("map $remote_addr $x {\nhostnames;\n.a.b 1;\n*.a.b 2;\n}" + USE).lines())
                .containsExactly("error conflicting-parameter 6:1 conflicting parameter \"*.a.b\"");
    }

    @Test
    void withoutDefaultTheValueIsEmpty() {
        assertThat(map("a 1;").defaultValue().parts()).isEmpty();
    }

    @Test
    void capturesAreVariables() {
        MapConfig map = map("~^(?<head>\\d+)\\.(?P<tail>.*)$ $tail-$head-$1;");

        assertThat(map.entries().getFirst().value()).hasToString("${tail}-${head}-${1}");
    }

    @Test
    void aCaptureCannotBearABuiltInName() {
        assertThat(Bound.stream("map $remote_addr $x {\n~^(?<status>.)$ 1;\n}" + USE).lines()).containsExactly(
                "error duplicate-variable 4:6 the duplicate \"status\" variable");
    }

    @Test
    void aPatternIsPointedIntoWhereItBreaks() {
        assertThat(Bound.stream("map $remote_addr $x {\n~a** 1;\n}" + USE).lines()).containsExactly(
                "error invalid-pattern 4:4 pcre2_compile() failed: Dangling meta character '*' in \"a**\" at \"*\"");
    }
}
