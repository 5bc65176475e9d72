package io.sluice.config.syntax;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// Trees, the `-g` option, and what is kept of a configuration with errors.
class ConfigParserTest {

    @Test
    void buildsTreeOfDirectivesAndBlocks() {
        String text = "user nobody;\nstream {\n  server { listen 1; proxy_pass [::1]:2; }\n  upstream u {}\n}";
        assertThat(Trees.outline(Trees.parse(text)))
                .isEqualTo("<user> <nobody>; "
                        + "<stream> {<server> {<listen> <1>; <proxy_pass> <[::1]:2>}; <upstream> <u> {}}");
    }

    @Test
    void treatsEntriesOfFreeFormBlocksAsDirectives() {
        assertThat(Trees.outline(Trees.parse("map $a $b { default 1; \"~^x\\.y{2}$\" \"${c}d\"; hostnames; }")))
                .isEqualTo("<map> <$a> <$b> {<default> <1>; <~^x\\.y{2}$> <${c}d>; <hostnames>}");
    }

    @Test
    void hasNothingToSayAboutEmptyText() {
        assertThat(Trees.parse("")).isEmpty();
        assertThat(Trees.parse(" \r\n\t# only a comment")).isEmpty();
    }

    @Test
    void putsGlobalDirectivesFirst() {
        Diagnostics diagnostics = new Diagnostics();
        ParsedConfig config = parseWithGlobals("daemon off; pid \"x y\";", diagnostics);

        assertThat(diagnostics.all()).isEmpty();
        assertThat(Trees.outline(config.directives())).isEqualTo("<daemon> <off>; <pid> <x y>; <events> {}");
        assertThat(config.directives().get(1).position()).hasToString("command line:1:13");
        assertThat(config.sources()).extracting(SourceText::name).containsExactly("command line", "main.conf");
    }

    @Test
    void acceptsLongGlobalDirectives() {
        Diagnostics diagnostics = new Diagnostics();
        parseWithGlobals("pid " + "x".repeat(10_000) + ";", diagnostics);
        assertThat(diagnostics.all()).isEmpty();
    }

    @Test
    void reportsErrorsInGlobalDirectivesAndReadsTheFileNevertheless() {
        assertThat(globalErrors("daemon off")).containsExactly("1:11 unexpected end of parameter, expecting \";\"");
        assertThat(globalErrors("daemon 'off;")).containsExactly("1:13 unexpected end of parameter, expecting \";\"");
        assertThat(globalErrors("pid x; events { a b")).containsExactly(
                "1:15 block directives are not supported in -g option");
        assertThat(globalErrors("}")).containsExactly("1:1 unexpected \"}\"");
        assertThat(globalErrors("a; {")).contains("1:4 unexpected \"{\"");
    }

    @Test
    void keepsDirectiveThatLacksItsSemicolon() {
        ParsedConfig config = parseBroken("a { b 1 } c { d 2 } e 3");

        assertThat(Trees.outline(config.directives())).isEqualTo("<a> {<b> <1>}; <c> {<d> <2>}; <e> <3>");
    }

    @Test
    void keepsWordWithTextAfterItsQuoteAsOneArgument() {
        assertThat(Trees.outline(parseBroken("a \"b\"c \"d\"'e'f g;").directives()))
                .isEqualTo("<a> <bc> <def> <g>");
    }

    @Test
    void keepsWordWithoutItsNuls() {
        assertThat(Trees.outline(parseBroken("a b\0\0c;").directives())).isEqualTo("<a> <bc>");
    }

    @Test
    void keepsWordThatIsTooLong() {
        String word = "x".repeat(5_000);
        assertThat(Trees.outline(parseBroken("a " + word + " \"" + word + "\" b;").directives()))
                .isEqualTo("<a> <" + word + "> <" + word + "> <b>");
    }

    @Test
    void dropsBlockThatNoDirectiveOpens() {
        assertThat(Trees.outline(parseBroken("a; { b; c { d; } } e;").directives())).isEqualTo("<a>; <e>");
    }

    @Test
    void findsErrorsInsideDroppedBlock() {
        assertThat(Trees.errors("{ b \"c\"d; }")).containsExactly("1:1 unexpected \"{\"", "1:8 unexpected \"d\"");
    }

    @Test
    void trustsNestingUnlessBracesOrQuotesAreWrong() {
        assertThat(wellFormed("a { b; }")).isTrue();
        assertThat(wellFormed("a { b }; c \"d\"e;")).isTrue();
        assertThat(wellFormed("a { b; } c")).isTrue();
        assertThat(wellFormed("a { b; } c \"d\"")).isTrue();
        assertThat(wellFormed("a { b; } }")).isFalse();
        assertThat(wellFormed("a { b;")).isFalse();
        assertThat(wellFormed("a { b")).isFalse();
        assertThat(wellFormed("a }")).isFalse();
        assertThat(wellFormed("a; { }")).isFalse();
        assertThat(wellFormed("a \"b;")).isFalse();
        assertThat(wellFormed("a \"b;\n c \"d\";")).isFalse();
    }

    @Test
    void hintsAtTheBraceThatIndentationGivesAway() {
        String missing = "stream {\n    server {\n        listen 1;\n\n    server {\n        listen 2;\n    }\n}\n";
        assertThat(hints(missing))
                .containsExactly("the \"}\" at line 8 closes \"server\" of line 2,"
                        + " by the indentation it is meant for another block");
        String surplus = "stream {\n    server {\n        listen 1; }\n    }\n}\n";
        assertThat(hints(surplus)).containsExactly("the \"}\" at line 4 has already closed \"stream\" of line 1");
    }

    @Test
    void hintsAtTheBlockLeftOpen() {
        assertThat(hints("a { b {")).containsExactly("the block \"b\" of line 1 is not closed");
    }

    @Test
    void hintsAtTheMissingSemicolon() {
        assertThat(hints("a {\n b 1\n}")).containsExactly("a \";\" is missing after \"1\" at line 2");
    }

    @Test
    void hintsAtTheQuoteLeftOpen() {
        assertThat(hints("a b\n 'c;\n")).containsExactly("the string that began with ' at line 2, column 2 is not closed");
        assertThat(hints("a 'b;\n c 'd';"))
                .containsExactly("the string that ends here began at line 1; is its closing quote missing there?");
    }

    private static ParsedConfig parseWithGlobals(String globals, Diagnostics diagnostics) {
        return ConfigParser.parse(
                SourceText.of("main.conf", "events {}"),
                Path.of("/none"),
                Optional.of(globals),
                FileAccess.none(),
                diagnostics);
    }

    private static List<String> globalErrors(String globals) {
        Diagnostics diagnostics = new Diagnostics();
        ParsedConfig config = parseWithGlobals(globals, diagnostics);
        assertThat(Trees.outline(config.directives())).endsWith("<events> {}");
        return Trees.lines(diagnostics);
    }

    private static ParsedConfig parseBroken(String text) {
        Diagnostics diagnostics = new Diagnostics();
        ParsedConfig config = ConfigParser.parse(SourceText.of("test.conf", text), diagnostics);
        assertThat(diagnostics.hasErrors()).isTrue();
        return config;
    }

    private static boolean wellFormed(String text) {
        return ConfigParser.parse(SourceText.of("test.conf", text), new Diagnostics()).wellFormed();
    }

    private static List<String> hints(String text) {
        Diagnostics diagnostics = new Diagnostics();
        ConfigParser.parse(SourceText.of("test.conf", text), diagnostics);
        return diagnostics.all().stream().flatMap(d -> d.hint().stream()).toList();
    }
}
