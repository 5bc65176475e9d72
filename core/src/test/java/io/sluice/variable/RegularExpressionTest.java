package io.sluice.variable;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class RegularExpressionTest {

    record Case(String pattern, List<String> matching, List<String> failing) {}

    private static Case yes(String pattern, String... texts) {
        return new Case(pattern, List.of(texts), List.of());
    }

    private static Case no(String pattern, String... texts) {
        return new Case(pattern, List.of(), List.of(texts));
    }

    private static Case both(String pattern, String matching, String failing) {
        return new Case(pattern, List.of(matching), List.of(failing));
    }

    // What PCRE does with each.
    private static List<Case> pcre() {
        return List.of(
                both("^(www\\.)?example\\.com$", "www.example.com", "wwwexample.com"),
                both("(?P<a_b>x+)y", "xxy", "y"), both("(?'q'x)\\k'q'", "xx", "xy"),
                both("(?<n_1>ab)\\k<n_1>", "abab", "abba"), both("(?P<n>ab)(?P=n)", "abab", "abba"),
                both("(?<n>ab)\\k{n}\\g{n}", "ababab", "abab"), both("(a)(b)\\g2", "abb", "aba"),
                both("(a)(b)\\g{-2}", "aba", "abb"), both("^(a)\\g{1}1$", "aa1", "a"), both("^(a)\\11$", "a\t", "aa1"),
                both("^a++b", "aab", "b"), no("^a++a", "aaa"), both("^(?>a+)b", "aab", "ac"), no("^(?>a+)a", "aaa"),
                both("foo(?=bar)", "foobar", "foobaz"), both("(?<!x)foo", "afoo", "xfoo"),
                both("(?<=^|\\.)foo", "a.foo", "afoo"),
                both("^\\h+$", "\t \u00a0", "\n"), both("^\\H$", "\n", "\t"), both("^[\\h]$", " ", "\n"),
                both("^[\\H]$", "x", " "), both("^\\v$", "\u000b", "v"), both("^\\s$", "\u000b", "\u0085"),
                both("^\\S$", "\u00a0", "\u000b"), both("^[^\\S]$", " ", "x"), both("^\\R$", "\r\n", "\n\r"),
                both("^\\N$", "\r", "\n"), both("^.$", "\r", "\n"), both("(?s)^.$", "\n", ""),
                both("^[[:alpha:]_]+$", "a_Z", "1"), both("^[[:^digit:]]$", "x", "1"),
                both("^[[:punct:]]$", "[", "a"), both("^[[:word:]-]+$", "a-b_1", "."), both("^[[:space:]]$", "\u000b", "x"),
                both("^[]a]$", "]", "b"), both("^[^]a]$", "b", "]"), both("^[a[b]$", "[", "c"), both("^[a&&b]$", "&", "c"),
                both("^[\\w-.]+$", "a-.", "/"), both("^[a-c-e]$", "-", "d"), both("^[\\]]$", "]", "\\"),
                both("^[\\x41-\\x43]$", "B", "D"), both("^[\\b]$", "\b", "b"), both("^[\\1]$", "\u0001", "1"),
                both("^[a\\Q]-\\E]$", "]", "b"), both("^[#&~^$.|?*+(){}]$", "{", "a"), both("^[ -~]+$", "a b", "\u007f"),
                both("^a{2}$", "aa", "a{2}"), both("^a{,2}$", "a{,2}", "aa"), both("^a{$", "a{", "a"), both("^a{x}$", "a{x}", "a"),
                both("^}]$", "}]", "]"), both("^a{1,2000}$", "a".repeat(1500), ""),
                both("\\Qa.b\\E$", "a.b", "axb"), both("\\Qa.b", "a.b", "axb"), both("a(?#comment)b", "ab", "a"),
                both("^\\x{e9}\\xe9\\351?$", "\u00e9\u00e9", "\u00e9".repeat(1)), both("^\\e\\a\\t\\cA\\o{101}\\060$", "\u001b\u0007\t\u0001A0", ""),
                both("^\\/\\-\\_\\@\\ \\\"$", "/-_@ \"", ""), both("(?i)ABC", "xabc", "ab"), both("(?i:A)B", "aB", "ab"),
                both("a(?i)b", "aB", "AB"), both("(?-i)a", "a", "A"), both("(?m)^b$", "a\nb\nc", "ab"), both("(?U)^a+$", "aa", "b"),
                both("\\Aab\\z", "ab", "abc"), both("^ab\\Z", "ab\n", "abc"), both("\\Gab", "ab", "xab"), both("x\\Kab", "xab", "ab"),
                both("\\bfoo\\b", "a foo", "afoo"), both("\\Boo", "foo", "oo"), both("^\\pL\\p{Lu}\\P{L}\\p{^L}$", "aA1.", "a"),
                yes("^caf\u00e9$", ByteText.of("caf\u00e9")), yes("^[\u00e9]+$", ByteText.of("\u00e9")),
                both("^(a|b)*?c$", "ababc", "abd"), both("^$", "", "x"), yes("", "anything", ""));
    }

    @ParameterizedTest
    @MethodSource("pcre")
    void matchesAsPcre(Case c) throws InvalidExpressionException {
        RegularExpression expression = RegularExpression.compile(c.pattern, false);
        assertThat(c.matching).allMatch(expression::matches);
        assertThat(c.failing).noneMatch(expression::matches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "a(b         | missing closing parenthesis                       | 3",
        "a)b         | unmatched closing parenthesis                     | 1",
        "ab[c        | missing terminating ] for character class         | 2",
        "x\\         | \\ at end of pattern                              | 1",
        "a\\i        | unrecognized character follows \\                 | 1",
        "(a)(?R)     | \"(?R\" is not supported                          | 3",
        "(a)(?1)     | \"(?1\" is not supported                          | 3",
        "(a)(?(1)b)  | \"(?(\" is not supported                          | 3",
        "(?x)a b     | \"(?x\" is not supported                          | 0",
        "`(?|(a)|(b))` | `\"(?|\" is not supported` | 0",
        "(*UTF8)a    | backtracking verbs and (*...) options are not supported | 0",
        "a(?P>x)     | subroutine calls are not supported                | 1",
        "(a)\\2      | reference to non-existent group                   | 3",
        "\\k<x>      | reference to non-existent group                   | 0",
        "(?<a>b)(?<a>c) | two named subpatterns have the same name       | 7",
        "(?<1>b)     | subpattern name expected                          | 0",
        "(?<a        | syntax error in a name or number                  | 0",
        "a[[:foo:]]  | unknown POSIX class name                          | 2",
        "[[.a.]]     | POSIX collating elements are not supported        | 1",
        "\\x{100}    | character value is too large                      | 0",
        "\\x{zz}     | non-hex character in \\x{}                        | 0",
        "a\\X        | \\X is not supported                              | 1",
        "(?#x        | missing ) after (?# comment                       | 0",
        "(?U)a(?=b)  | option U is not supported together with look-around and the like | 2",
    })
    void whatHasNoTranslationIsAnErrorWithAnIndex(String pattern, String message, int index) {
        assertThatThrownBy(() -> RegularExpression.compile(pattern, false))
                .isInstanceOfSatisfying(InvalidExpressionException.class, e -> {
                    assertThat(e).hasMessage(message);
                    assertThat(e.index()).isEqualTo(index);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"*a", "a{2,1}", "ab**", "[z-a]", "(|*)"})
    void whatTheEnginesRefuseNamesAPlaceInThePattern(String pattern) {
        assertThatThrownBy(() -> RegularExpression.compile(pattern, false))
                .isInstanceOfSatisfying(InvalidExpressionException.class, e -> {
                    assertThat(e.getMessage()).isNotBlank();
                    assertThat(e.index()).isBetween(0, pattern.length());
                });
    }

    @Test
    void anIndexIsThatOfTheOriginalPattern() {
        assertThatThrownBy(() -> RegularExpression.compile("\\h\\h[[:alpha:]](?=x)[z-a]", false))
                .isInstanceOfSatisfying(
                        InvalidExpressionException.class, e -> assertThat(e.index()).isBetween(20, 25));
    }

    private static List<Arguments> explosive() {
        String as = "a".repeat(5_000);
        return List.of(
                arguments("^(a+)+$", as + "!", true),
                arguments("^(a|aa)+$", as + "!", true),
                arguments("^(a|a?)+$", as + "!", true),
                arguments("(.*a){12}$", as + "!", true),
                arguments("^(([a-z])+.)+[A-Z]([a-z])+$", as, true),
                arguments("^(a+)+(?=b)$", as + "!", false),
                arguments("^(?=(a+)+$)x", as + "!", false),
                arguments("^(a+)+\\1$", as + "!", false),
                arguments("^(?:a|b)*+(?<=c)(x|y)*$", "ab".repeat(50_000), false),
                arguments("(?=x)(a|b)*$", "x" + "ab".repeat(50_000), false));
    }

    @ParameterizedTest
    @MethodSource("explosive")
    void explosivePatternsEndInBoundedTime(String pattern, String text, boolean linear)
            throws InvalidExpressionException {
        RegularExpression expression = RegularExpression.compile(pattern, false);
        assertThat(expression.isLinear()).isEqualTo(linear);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThat(expression.matches(text)).isFalse());
    }

    @Test
    void groups() throws InvalidExpressionException {
        for (String lookAhead : List.of("", "(?=.)")) {
            RegularExpression expression =
                    RegularExpression.compile(lookAhead + "(?<first>a)(b)?(?P<the_third>c*)", false);
            assertThat(expression.groupCount()).isEqualTo(3);
            assertThat(expression.names()).containsExactly(
                    Map.entry("first", 1), Map.entry("the_third", 3));
            RegularExpression.Match match = requireNonNull(expression.match("xacc"));
            assertThat(match.groupCount()).isEqualTo(3);
            assertThat(match.group(0)).isEqualTo("acc");
            assertThat(match.group(1)).isEqualTo("a");
            assertThat(match.group(2)).isEmpty();
            assertThat(match.group(3)).isEqualTo("cc");
        }
    }

    @Test
    void ignoringCase() throws InvalidExpressionException {
        for (String lookAhead : List.of("", "(?=.)")) {
            assertThat(RegularExpression.compile(lookAhead + "straSSe[a-f]", true).matches("STRASSEC")).isTrue();
            assertThat(RegularExpression.compile(lookAhead + "straSSe[a-f]", false).matches("STRASSEC")).isFalse();
        }
    }
}
