package io.sluice.variable;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import org.jspecify.annotations.Nullable;

/// A regular expression in PCRE's notation, as configurations write it, run on what strangers send. Immutable.
///
/// RE2/J matches in time linear in the text and runs every expression that it can. Look-around, back-references,
/// possessive and atomic groups need backtracking: those run on java.util.regex, and a match that has read
/// [#STEP_BUDGET] characters is given up and counts as none. PCRE limits its matches the same way.
///
/// Where the engines differ from PCRE the pattern is translated; what has no translation (recursion, conditions,
/// verbs) does not compile. Two differences stay on RE2/J: `$` does not match before a line feed that ends the text, and
/// ignoring case takes bytes above 127 for letters of Latin-1.
///
///     RegularExpression.Match match = expression.match(serverName);
///     if (match != null) use(match.group(1));
public final class RegularExpression {

    /// How many characters a backtracking match may read: a few milliseconds.
    public static final int STEP_BUDGET = 200_000;

    private final Engine engine;

    private final int groupCount;

    private final Map<String, Integer> names;

    private RegularExpression(Engine engine, int groupCount, Map<String, Integer> names) {
        this.engine = engine;
        this.groupCount = groupCount;
        this.names = names;
    }

    /// Compiles a pattern of a configuration.
    ///
    /// @throws InvalidExpressionException when it is malformed, or has no translation
    public static RegularExpression compile(String pattern, boolean ignoreCase) throws InvalidExpressionException {
        PcreTranslation translation = PcreTranslation.of(pattern);
        Engine engine = linear(translation, ignoreCase);
        if (engine == null) {
            engine = backtracking(translation, ignoreCase);
        }
        return new RegularExpression(engine, translation.groupCount(), translation.names());
    }

    /// Whether the expression matches somewhere in the text.
    public boolean matches(String text) {
        return match(text) != null;
    }

    /// The leftmost match in the text, or null. The text is bytes ([ByteText]).
    public @Nullable Match match(String text) {
        return engine.match(text);
    }

    /// How many groups capture.
    public int groupCount() {
        return groupCount;
    }

    /// The named groups and their numbers, in order of appearance.
    public Map<String, Integer> names() {
        return names;
    }

    /// Whether matching takes time linear in the text, rather than being bounded by [#STEP_BUDGET].
    public boolean isLinear() {
        return engine instanceof Linear;
    }

    private static @Nullable Engine linear(PcreTranslation translation, boolean ignoreCase) {
        try {
            int flags = ignoreCase ? com.google.re2j.Pattern.CASE_INSENSITIVE : 0;
            return new Linear(com.google.re2j.Pattern.compile(translation.pattern(), flags));
        } catch (com.google.re2j.PatternSyntaxException _) {
            return null;
        }
    }

    private static Engine backtracking(PcreTranslation translation, boolean ignoreCase)
            throws InvalidExpressionException {
        if (translation.ungreedyFlag() >= 0) {
            // java.util.regex gives the letter U another meaning.
            throw new InvalidExpressionException(
                    "option U is not supported together with look-around and the like", translation.ungreedyFlag());
        }
        try {
            // UNIX_LINES: line feed alone ends a line, for `.`, `^` and `$`, as in PCRE.
            int flags = Pattern.UNIX_LINES | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
            return new Backtracking(Pattern.compile(translation.pattern(), flags));
        } catch (PatternSyntaxException e) {
            int index = translation.indexInSource(Math.max(e.getIndex(), 0));
            throw new InvalidExpressionException(e.getDescription().toLowerCase(Locale.ROOT), index);
        } catch (StackOverflowError _) {
            throw new InvalidExpressionException("the expression is nested too deeply", 0);
        }
    }

    /// What the groups of a match captured. Immutable.
    public static final class Match {

        private final String text;

        // Start and end of each group, the whole match first; -1: it took no part.
        private final int[] bounds;

        private Match(String text, int[] bounds) {
            this.text = text;
            this.bounds = bounds;
        }

        /// How many groups there are, the whole match not counted.
        public int groupCount() {
            return bounds.length / 2 - 1;
        }

        /// What group `number` captured, 0 being the whole match; empty when it took no part.
        public String group(int number) {
            int start = bounds[2 * number];
            return start < 0 ? "" : text.substring(start, bounds[2 * number + 1]);
        }

        /// Where the whole match begins in the text.
        public int start() {
            return bounds[0];
        }

        /// Where the whole match ends in the text: the index after its last character.
        public int end() {
            return bounds[1];
        }
    }

    private sealed interface Engine {

        @Nullable Match match(String text);
    }

    private record Linear(com.google.re2j.Pattern pattern) implements Engine {

        @Override
        public @Nullable Match match(String text) {
            com.google.re2j.Matcher matcher = pattern.matcher(text);
            if (!matcher.find()) {
                return null;
            }
            int[] bounds = new int[2 * (matcher.groupCount() + 1)];
            for (int i = 0; i < bounds.length; i += 2) {
                bounds[i] = matcher.start(i / 2);
                bounds[i + 1] = matcher.end(i / 2);
            }
            return new Match(text, bounds);
        }
    }

    private record Backtracking(Pattern pattern) implements Engine {

        @Override
        public @Nullable Match match(String text) {
            Matcher matcher = pattern.matcher(new Metered(text, new Meter()));
            try {
                if (!matcher.find()) {
                    return null;
                }
            } catch (BudgetExhausted _) {
                return null;
            } catch (StackOverflowError _) {
                // java.util.regex recurses for each repetition of a group; as deep as that is exhausted too.
                return null;
            }
            int[] bounds = new int[2 * (matcher.groupCount() + 1)];
            for (int i = 0; i < bounds.length; i += 2) {
                bounds[i] = matcher.start(i / 2);
                bounds[i + 1] = matcher.end(i / 2);
            }
            return new Match(text, bounds);
        }
    }

    /// The text of one match, every read of which is counted. Confined to the thread that matches.
    private record Metered(String text, Meter meter) implements CharSequence {

        @Override
        public char charAt(int index) {
            if (--meter.left < 0) {
                throw new BudgetExhausted();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Metered(text.substring(start, end), meter);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class Meter {

        private int left = STEP_BUDGET;
    }

    private static final class BudgetExhausted extends RuntimeException {

        private static final long serialVersionUID = 1;

        BudgetExhausted() {
            super("step budget exhausted", null, false, false);
        }
    }
}
