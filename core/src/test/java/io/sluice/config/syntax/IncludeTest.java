package io.sluice.config.syntax;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/// `include`: where files are looked for, in which order, and what becomes of those that cannot be read.
class IncludeTest {

    private final Path directory;

    private Diagnostics diagnostics = new Diagnostics();

    IncludeTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void startAnew() {
        diagnostics = new Diagnostics();
    }

    @Test
    void replacesIncludeByTheFilesDirectives() throws IOException {
        write("a.conf", "x;");
        write("deep/b.conf", "server { include a.conf; y; }");

        ParsedConfig config = parse("before; include a.conf; http { include deep/b.conf; } after;");

        assertThat(diagnostics.all()).isEmpty();
        assertThat(Trees.outline(config.directives()))
                .isEqualTo("<before>; <x>; <http> {<server> {<x>; <y>}}; <after>");
        assertThat(config.directives().get(1).position()).hasToString(directory + "/a.conf:1:1");
    }

    @Test
    void listsEverySourceOnceInTheOrderOfReading() throws IOException {
        write("a.conf", "include b.conf;");
        write("b.conf", "");
        write("c.conf", "");

        ParsedConfig config = parse("include a.conf; include b.conf; include a.conf; include c.conf;");

        assertThat(names(config)).containsExactly("main.conf", "a.conf", "b.conf", "c.conf");
    }

    @Test
    void includesAbsolutePathsAsTheyAre(@TempDir Path elsewhere) throws IOException {
        Files.writeString(elsewhere.resolve("a.conf"), "x;");
        Files.writeString(elsewhere.resolve("b.conf"), "y;");

        ParsedConfig config = parse("include " + elsewhere + "/a.conf; include " + elsewhere + "/*.conf;");

        assertThat(Trees.outline(config.directives())).isEqualTo("<x>; <x>; <y>");
    }

    @Test
    void includesMatchesSortedByBytes() throws IOException {
        for (String name : List.of("b", "B", "a10", "a2", "_", "\u00e9")) {
            write("sites/" + name + ".conf", "s" + name + ";");
        }
        write("sites/.hidden.conf", "hidden;");
        write("sites/other.txt", "other;");

        ParsedConfig config = parse("include sites/*.conf;");

        assertThat(diagnostics.all()).isEmpty();
        assertThat(Trees.outline(config.directives()))
                .isEqualTo("<sB>; <s_>; <sa10>; <sa2>; <sb>; <s\u00e9>");
    }

    @Test
    void acceptsPatternThatMatchesNothing() {
        assertThat(parse("include none/*.conf; include x?.conf; include [ab].conf;").directives()).isEmpty();
        assertThat(diagnostics.all()).isEmpty();
    }

    @Test
    void takesWildcardsOfTheConfigurationsOwnDirectoryLiterally() throws IOException {
        Path odd = Files.createDirectory(directory.resolve("a[b]*"));
        Files.writeString(odd.resolve("main.conf"), "include x.conf; include x*;");
        Files.writeString(odd.resolve("x.conf"), "x;");

        ParsedConfig config = ConfigParser.parse(
                odd.resolve("main.conf"), odd, Optional.empty(), FileAccess.local(), diagnostics);

        assertThat(Trees.outline(config.directives())).isEqualTo("<x>; <x>");
    }

    @Test
    void includesFromGlobalDirectives() throws IOException {
        write("a.conf", "x { y; }");
        Path main = write("main.conf", "");

        ParsedConfig config = ConfigParser.parse(
                main, directory, Optional.of("include a.conf;"), FileAccess.local(), diagnostics);

        assertThat(diagnostics.all()).isEmpty();
        assertThat(Trees.outline(config.directives())).isEqualTo("<x> {<y>}");
    }

    @Test
    void expandsIncludeInFreeFormBlocksButNotItsEscapedForm() throws IOException {
        write("types", "text/html html;");

        assertThat(Trees.outline(parse("types { include types; \\include x; }").directives()))
                .isEqualTo("<types> {<text/html> <html>; <\\include> <x>}");
    }

    @Test
    void saysWhyMainFileCannotBeRead() {
        ParsedConfig config = ConfigParser.parse(
                directory.resolve("none.conf"), directory, Optional.empty(), FileAccess.local(), diagnostics);

        assertThat(config.directives()).isEmpty();
        assertThat(Trees.lines(diagnostics))
                .containsExactly("0:0 open() \"" + directory + "/none.conf\" failed (2: No such file or directory)");
    }

    @Test
    void saysWhyIncludedFileCannotBeRead() {
        parse("\n include x; include y;", Map.of("x", new AccessDeniedException("x")));

        assertThat(Trees.lines(diagnostics))
                .containsExactly(
                        "2:10 open() \"/conf/x\" failed (13: Permission denied)",
                        "2:21 open() \"/conf/y\" failed (2: No such file or directory)");
    }

    @Test
    void refusesWhatIsNoFile() {
        parse("include /dev/zero; include /dev/null;");

        assertThat(Trees.lines(diagnostics))
                .containsExactly("1:9 open() \"/dev/zero\" failed (Not a regular file)");
    }

    @Test
    void showsTheWayRoundACycle() throws IOException {
        write("a.conf", "x; include b.conf; y;");
        write("b.conf", "z; include a.conf;");

        ParsedConfig config = parse("include a.conf;");

        assertThat(Trees.outline(config.directives())).isEqualTo("<x>; <z>; <y>");
        Diagnostic only = diagnostics.all().getFirst();
        assertThat(diagnostics.all()).hasSize(1);
        assertThat(only.message()).isEqualTo("include cycle: \"" + directory + "/a.conf\" includes itself");
        assertThat(only.position()).hasToString(directory + "/b.conf:1:12");
        assertThat(only.hint()).hasValue("%1$s/main.conf -> %1$s/a.conf -> %1$s/b.conf -> %1$s/a.conf".formatted(directory));
    }

    @Test
    void endsCycleThroughSymbolicLink() throws IOException {
        Files.createSymbolicLink(directory.resolve("link.conf"), Path.of("main.conf"));

        parse("x; include l*.conf;");

        assertThat(diagnostics.all()).extracting(Diagnostic::code).containsExactly("include-cycle");
    }

    @Test
    void limitsTheDepthOfIncludes() {
        Map<String, Object> files = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            files.put("f" + i, "include f" + (i + 1) + ";");
        }

        parse("include f0;", files);

        assertThat(Trees.lines(diagnostics)).containsExactly("1:9 files are included more than 32 deep");
    }

    @Test
    void limitsWhatRepeatedIncludesAmountTo() {
        Map<String, Object> files = new HashMap<>();
        for (int i = 0; i < 25; i++) {
            files.put("f" + i, "x { include f%1$d; include f%1$d; }".formatted(i + 1));
        }
        files.put("f25", "y;");

        parse("include f0;", files);

        assertThat(diagnostics.all()).extracting(Diagnostic::message).contains("configuration of more than 4000000 words");
        assertThat(diagnostics.all()).hasSizeLessThan(10);
    }

    @Test
    void limitsTheBytesOfAllFilesTogether() {
        byte[] half = new byte[ParseBudget.MAX_BYTES / 2 + 1];
        Arrays.fill(half, (byte) ' ');

        parse("include a; include b; include c;", Map.of("a", new String(half, UTF_8), "b", new String(half, UTF_8), "c", "x;"));

        assertThat(Trees.lines(diagnostics)).containsExactly("1:20 configuration of more than 64 MiB");
    }

    private ParsedConfig parse(String main) {
        try {
            Path file = write("main.conf", main);
            return ConfigParser.parse(file, directory, Optional.empty(), FileAccess.local(), diagnostics);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Parses with files that are in a map under names in `/conf`: contents, or the exception that reading them throws.
    private ParsedConfig parse(String main, Map<String, ?> contents) {
        FileAccess files = new FileAccess() {
            @Override
            public byte[] read(String path, int limit) throws IOException {
                Object content = contents.get(path.replace("/conf/", ""));
                if (content instanceof IOException failure) {
                    throw failure;
                }
                if (content == null) {
                    throw new NoSuchFileException(path);
                }
                byte[] bytes = content.toString().getBytes(UTF_8);
                return Arrays.copyOf(bytes, Math.min(limit, bytes.length));
            }

            @Override
            public List<String> glob(String pattern) {
                return List.of();
            }
        };
        SourceText source = SourceText.of("main.conf", main);
        return ConfigParser.parse(source, Path.of("/conf"), Optional.empty(), files, diagnostics);
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        return Files.writeString(file, text);
    }

    private List<String> names(ParsedConfig config) {
        return config.sources().stream()
                .map(source -> directory.relativize(Path.of(source.name())).toString())
                .toList();
    }
}
