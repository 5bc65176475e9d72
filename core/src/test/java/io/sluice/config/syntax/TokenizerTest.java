package io.sluice.config.syntax;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.sluice.config.model.Position;

import static org.assertj.core.api.Assertions.assertThat;

/// The words of a text, each case tried on nginx too.
class TokenizerTest {

    static Stream<Arguments> splitsWords() {
        return Stream.of(
                Arguments.of("a b c;", "<a> <b> <c>"),
                Arguments.of("a\tb\r\n c ;", "<a> <b> <c>"),
                Arguments.of("a;b;", "<a>; <b>"),
                Arguments.of("a{b;}c{}", "<a> {<b>}; <c> {}"),
                Arguments.of("a 'b c' \"d e\";", "<a> <b c> <d e>"),
                Arguments.of("a '' \"\";", "<a> <> <>"),
                Arguments.of("a 'x\"y' \"x'y\";", "<a> <x\"y> <x'y>"),
                Arguments.of("a b'c d\"e f;", "<a> <b'c> <d\"e> <f>"),
                Arguments.of("a ';{}#';", "<a> <;{}#>"),
                Arguments.of("'a' 'b';", "<a> <b>"),
                Arguments.of("a b#c d;", "<a> <b#c> <d>"),
                Arguments.of("a #b c;\n d;", "<a> <d>"),
                Arguments.of("#x\n#y;{\na;#z", "<a>"),
                Arguments.of("a b}c d};", "<a> <b}c> <d}>"),
                Arguments.of("if ($a = \"b\") {}", "<if> <($a> <=> <b> <)> {}"),
                Arguments.of("if (\"b\")x {}", "<if> <(\"b\")x> {}"),
                Arguments.of("a \"b\")x;", "<a> <b> <)x>"));
    }

    @ParameterizedTest
    @MethodSource
    void splitsWords(String text, String outline) {
        assertThat(Trees.outline(Trees.parse(text))).isEqualTo(outline);
    }

    static Stream<Arguments> doesNotOpenBlockAtVariable() {
        return Stream.of(
                Arguments.of("a ${b} c;", "<a> <${b}> <c>"),
                Arguments.of("a x${b}y{}", "<a> <x${b}y> {}"),
                Arguments.of("a ${{b}} c;", "<a> <${{b}}> <c>"),
                Arguments.of("a $${b};", "<a> <$${b}>"),
                Arguments.of("a $b{}", "<a> <$b> {}"),
                Arguments.of("a \"$\" b;", "<a> <$> <b>"),
                Arguments.of("a \"${b} c\";", "<a> <${b} c>"));
    }

    @ParameterizedTest
    @MethodSource
    void doesNotOpenBlockAtVariable(String text, String outline) {
        assertThat(Trees.outline(Trees.parse(text))).isEqualTo(outline);
    }

    static Stream<Arguments> resolvesSixEscapesOnly() {
        return Stream.of(
                Arguments.of("a \"b\\\"c\" 'd\\'e';", "<a> <b\"c> <d'e>"),
                Arguments.of("a \"b\\'c\" 'd\\\"e';", "<a> <b'c> <d\"e>"),
                Arguments.of("a \\\\ \"\\\\\";", "<a> <\\> <\\>"),
                Arguments.of("a b\\ c\\;d\\{e\\}f;", "<a> <b\\ c\\;d\\{e\\}f>"),
                Arguments.of("a \\\"b\\\" \\'c;", "<a> <\"b\"> <'c>"),
                Arguments.of("a \"~^foo\\.bar\\d+$\";", "<a> <~^foo\\.bar\\d+$>"),
                Arguments.of("a ~^foo\\.bar$;", "<a> <~^foo\\.bar$>"),
                Arguments.of("a \\#b \\}c;", "<a> <\\#b> <\\}c>"),
                Arguments.of("a $\\{b;", "<a> <$\\{b>"),
                Arguments.of("a \"\\$b\";", "<a> <\\$b>"),
                Arguments.of("a \"\\\\n\\\\.\";", "<a> <\\n\\.>"));
    }

    @ParameterizedTest
    @MethodSource
    void resolvesSixEscapesOnly(String text, String outline) {
        assertThat(Trees.outline(Trees.parse(text))).isEqualTo(outline);
    }

    @Test
    void resolvesTabReturnAndLineFeedEverywhere() {
        assertThat(Trees.outline(Trees.parse("a \"\\t\\r\\n\" \\t\\r\\n;"))).isEqualTo("<a> <\t\r\n> <\t\r\n>");
    }

    @Test
    void keepsLineFeedsInStrings() {
        assertThat(Trees.outline(Trees.parse("a \"b\r\nc\";"))).isEqualTo("<a> <b\r\nc>");
    }

    @Test
    void countsLinesAndColumnsInCharacters() {
        List<DirectiveNode> nodes = Trees.parse("a;\r\n\t\u00e9\ud83d\ude00 \"\u00fc\nx\" z;\n  y;");
        DirectiveNode second = nodes.get(1);

        assertThat(second.name()).isEqualTo(new Token("\u00e9\ud83d\ude00", at(2, 2), 2, false));
        assertThat(second.arguments())
                .containsExactly(
                        new Token("\u00fc\nx", at(2, 5), 2, true), new Token("z", at(3, 4), 1, false));
        assertThat(nodes.get(2).position()).isEqualTo(at(4, 3));
    }

    @Test
    void knowsWhereBlocksOpenAndClose() {
        DirectiveNode node = Trees.parse("\n a b {\n  c;\n }").getFirst();

        assertThat(node.block()).hasValueSatisfying(block -> {
            assertThat(block.open()).isEqualTo(at(2, 6));
            assertThat(block.close()).isEqualTo(at(4, 2));
        });
    }

    @Test
    void skipsByteOrderMark() {
        byte[] bytes = "\uFEFFa;".getBytes(StandardCharsets.UTF_8);
        assertThat(parse(SourceText.of("test.conf", bytes)).name()).isEqualTo(new Token("a", at(1, 1), 1, false));
        assertThat(parse(SourceText.of("test.conf", "\uFEFFa;")).position()).isEqualTo(at(1, 1));
    }

    @Test
    void acceptsWordsThatFillTheBuffer() {
        String unquoted = "x".repeat(4095);
        String quoted = "\u00e9".repeat(2047);
        assertThat(Trees.outline(Trees.parse("a " + unquoted + " \"" + quoted + "\";")))
                .isEqualTo("<a> <" + unquoted + "> <" + quoted + ">");
    }

    @Test
    void acceptsCommentsOfAnyLength() {
        assertThat(Trees.outline(Trees.parse("#" + "x".repeat(10_000) + "\na;"))).isEqualTo("<a>");
    }

    @Test
    void acceptsAnyByteInComments() {
        byte[] bytes = "# caf\u00e9 \0\na;".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(parse(SourceText.of("test.conf", bytes)).position()).isEqualTo(at(2, 1));
    }

    private static DirectiveNode parse(SourceText source) {
        Diagnostics diagnostics = new Diagnostics();
        ParsedConfig config = ConfigParser.parse(source, diagnostics);
        assertThat(diagnostics.all()).isEmpty();
        return config.directives().getFirst();
    }

    private static Position at(int line, int column) {
        return new Position("test.conf", line, column);
    }
}
