package io.sluice.config.syntax;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.config.model.Position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

/// Properties that hold for any input, tried on many made from fixed seeds.
class ParserFuzzTest {

    private static final String[] PIECES = {
        "a", "b1", "include", "\u00e9", "\ud83d\ude00", "$", "${", "{", "}", ";", ";", "\"", "'", "\\", "\\\"", "\\n", "#", " ", " ",
        "\t", "\n", "\r\n", "(", ")", "*", "\0", "~^x\\.y", "/etc"
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void parsesAnyBytes(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            checkPositions(SourceText.of("fuzz", bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void parsesAnyMixtureOfWhatMatters(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 10_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            checkPositions(SourceText.of("fuzz", text.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void printedTreeParsesToTheSameTree(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            List<DirectiveNode> tree = ConfigParser.parse(SourceText.of("fuzz", text.toString()), new Diagnostics()).directives();
            StringBuilder printed = new StringBuilder();
            print(tree, printed);
            assertThat(Trees.outline(Trees.parse(printed.toString()))).as(text.toString()).isEqualTo(Trees.outline(tree));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void wordsStandWhereTheyWereWritten(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 1_000; round++) {
            Layout layout = new Layout(random);
            layout.directives(3);
            List<Token> read = new ArrayList<>();
            collect(Trees.parse(layout.text.toString()), read);
            assertThat(read).as(layout.text.toString()).isEqualTo(layout.written);
        }
    }

    @Test
    void parsesHostileTextInTime() {
        int size = 1_000_000;
        for (String piece : List.of("a{", "}", "{", ";", "\"", "a;", "a ", "'x'", "\\", "${", "\"a\"b ", "#", "\n", "\0", "a 'x\n'y;")) {
            assertTimeout(
                    Duration.ofSeconds(2),
                    () -> ConfigParser.parse(SourceText.of("fuzz", piece.repeat(size / piece.length())), new Diagnostics()),
                    piece);
        }
    }

    /// Every word begins at its position, and errors lie within the text.
    private static void checkPositions(SourceText source) {
        Diagnostics diagnostics = new Diagnostics();
        ParsedConfig config = ConfigParser.parse(source, diagnostics);
        List<Token> tokens = new ArrayList<>();
        collect(config.directives(), tokens);
        for (Token token : tokens) {
            String rest = restOfLine(source, token.position());
            assertThat(rest).isNotEmpty();
            assertThat(rest.codePointCount(0, rest.length())).isGreaterThanOrEqualTo(token.length());
            if (token.quoted()) {
                assertThat(rest).matches("(?s)[\"'].*");
            } else if (rest.indexOf('\\') < 0 && rest.indexOf(0) < 0 && diagnostics.all().isEmpty()) {
                assertThat(rest).startsWith(token.text());
                assertThat(token.text().codePointCount(0, token.text().length())).isEqualTo(token.length());
            }
        }
        for (Diagnostic diagnostic : diagnostics.all()) {
            Position position = diagnostic.position();
            assertThat(position.line()).isBetween(1, source.lineCount());
            String line = source.line(position.line());
            // A byte order mark of UTF-16 is no part of a line, and the end of the text may follow a carriage return.
            assertThat(position.column()).isBetween(1, line.codePointCount(0, line.length()) + 2);
            assertThat(diagnostic.length()).isPositive();
        }
        assertThat(new DiagnosticPrinter(config.sources()).text(diagnostics.all()).lines().count())
                .isLessThanOrEqualTo(4L * diagnostics.all().size());
    }

    private static String restOfLine(SourceText source, Position position) {
        String line = source.line(position.line());
        return line.substring(line.offsetByCodePoints(0, position.column() - 1));
    }

    private static void collect(List<DirectiveNode> nodes, List<Token> into) {
        for (DirectiveNode node : nodes) {
            into.add(node.name());
            into.addAll(node.arguments());
            node.block().ifPresent(block -> collect(block.children(), into));
        }
    }

    private static void print(List<DirectiveNode> nodes, StringBuilder out) {
        for (DirectiveNode node : nodes) {
            print(node.name(), out);
            node.arguments().forEach(argument -> print(argument, out.append(' ')));
            node.block().ifPresentOrElse(
                    block -> {
                        out.append('{');
                        print(block.children(), out);
                        out.append('}');
                    },
                    () -> out.append(';'));
        }
    }

    private static void print(Token token, StringBuilder out) {
        out.append('"').append(token.text().replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }

    /// A random configuration without errors, and the words it consists of. Used by one test.
    private static final class Layout {

        private static final String[] BLANKS = {" ", "\t", "\n", "\r\n", "  ", " # x {};\"\n", "\n#\u00e9\n\t"};

        private static final String[] LETTERS = {"a", "-", "\u00e9", "\ud83d\ude00", "}", "#", ")", "${x}", "$", "="};

        final StringBuilder text = new StringBuilder();

        final List<Token> written = new ArrayList<>();

        private final Random random;

        Layout(Random random) {
            this.random = random;
        }

        void directives(int depth) {
            for (int i = random.nextInt(4); i > 0; i--) {
                blanks(0);
                word("d");
                for (int j = random.nextInt(4); j > 0; j--) {
                    blanks(1);
                    word("w");
                }
                blanks(1);
                if (depth > 0 && random.nextBoolean()) {
                    text.append('{');
                    directives(depth - 1);
                    blanks(1);
                    text.append('}');
                } else {
                    text.append(';');
                }
            }
        }

        private void blanks(int least) {
            for (int i = least + random.nextInt(2); i > 0; i--) {
                text.append(BLANKS[random.nextInt(BLANKS.length)]);
            }
        }

        private void word(String begin) {
            StringBuilder value = new StringBuilder(begin);
            for (int i = random.nextInt(4); i > 0; i--) {
                value.append(LETTERS[random.nextInt(LETTERS.length)]);
            }
            boolean quoted = random.nextInt(3) == 0;
            if (quoted) {
                value.append(random.nextBoolean() ? " {;\n\"" : " {;\r\n'");
            }
            char quote = value.indexOf("'") < 0 ? '\'' : '"';
            int line = (int) text.chars().filter(c -> c == '\n').count() + 1;
            int column = text.codePointCount(text.lastIndexOf("\n") + 1, text.length()) + 1;
            String source = quoted ? quote + value.toString() + quote : value.toString();
            String firstLine = source.lines().findFirst().orElseThrow();
            text.append(source);
            written.add(new Token(
                    value.toString(),
                    new Position("test.conf", line, column),
                    firstLine.codePointCount(0, firstLine.length()),
                    quoted));
        }
    }
}
