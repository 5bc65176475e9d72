package io.sluice.config.syntax;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

/// File name patterns, as glob(3) of the C library matches them.
class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "*, a, true",
        "*, .a, false",
        ".*, .a, true",
        "?, .a, false",
        "[.]a, .a, false",
        "*.conf, a.conf, true",
        "*.conf, a.conf~, false",
        "*.conf, .conf, false",
        "a*b*c, aXXbYYc, true",
        "a*b*c, aXXbYY, false",
        "a*b*c, abbc, true",
        "??, ab, true",
        "??, a, false",
        "[abc]x, bx, true",
        "[abc]x, dx, false",
        "[a-c]x, bx, true",
        "[!a-c]x, bx, false",
        "[!a-c]x, dx, true",
        "[^a-c]x, dx, true",
        "[]]x, ]x, true",
        "[!]]x, ]x, false",
        "[a-]x, -x, true",
        "[[:digit:]]x, 7x, true",
        "[[:digit:]a]x, ax, true",
        "[![:alpha:]]x, ax, false",
        "[[:upper:][:space:]], A, true",
        "[[:xdigit:]][[:punct:]][[:alnum:]][[:lower:]], F-9z, true",
        "[abc, [abc, true",
        "\\*, *, true",
        "\\*, a, false",
        "a\\?*, a?b, true",
        "*\\, a\\, true",
    })
    void matchesNames(String pattern, String name, boolean matches) {
        assertThat(Glob.matches(pattern, name)).isEqualTo(matches);
    }

    @Test
    void expandsPatternsInAnyComponent(@TempDir Path directory) throws IOException {
        for (String file : new String[] {"a/x.conf", "b/x.conf", "b/y.conf", "c/z.conf", ".d/x.conf"}) {
            Files.createDirectories(directory.resolve(file).resolveSibling(""));
            Files.createFile(directory.resolve(file));
        }
        assertThat(expand(directory, "*/x.conf")).containsExactly("/a/x.conf", "/b/x.conf");
        assertThat(expand(directory, "[bc]/?.conf")).containsExactly("/b/x.conf", "/b/y.conf", "/c/z.conf");
        assertThat(expand(directory, ".*/x.conf")).contains("/.d/x.conf");
        assertThat(expand(directory, "a/*/nothing")).isEmpty();
        assertThat(expand(directory, "*")).containsExactly("/a", "/b", "/c");
    }

    @Test
    void matchesSymbolicLinkThatLeadsNowhere(@TempDir Path directory) throws IOException {
        Files.createSymbolicLink(directory.resolve("x.conf"), Path.of("none"));
        assertThat(expand(directory, "*.conf")).containsExactly("/x.conf");
    }

    @Test
    void matchesExplosivePatternInTime() {
        String pattern = "*a".repeat(60) + "b";
        assertTimeout(Duration.ofSeconds(2), () -> assertThat(Glob.matches(pattern, "a".repeat(250))).isFalse());
    }

    @Test
    void quotesWhatIsMeantLiterally() {
        assertThat(Glob.quote("a[b]*?\\c")).isEqualTo("a\\[b]\\*\\?\\\\c");
        assertThat(Glob.matches(Glob.quote("a[b]*?\\c"), "a[b]*?\\c")).isTrue();
    }

    private static String[] expand(Path directory, String pattern) {
        return new Glob(Glob.quote(directory + "/") + pattern)
                .expand().stream()
                        .map(path -> path.substring(directory.toString().length()))
                        .toArray(String[]::new);
    }
}
