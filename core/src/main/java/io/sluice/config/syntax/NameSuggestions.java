package io.sluice.config.syntax;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds the name that was probably meant. Immutable.
public final class NameSuggestions {

    /// Nobody mistypes so long a name; and the search is quadratic in its length.
    private static final int MAX_LENGTH = 64;

    private static final int MAX_DISTANCE = 3;

    private NameSuggestions() {}

    /// A hint for a diagnostic: `did you mean "listen"?`
    public static Optional<String> hint(String written, Collection<String> known) {
        return closest(written, known).map(name -> "did you mean \"" + name + "\"?");
    }

    /// The known name closest to the written one, if it is close enough to be meant: one slip (a letter wrong, missing, added, or
    /// two exchanged) for every three letters, three at most. Upper and lower case count as the same.
    public static Optional<String> closest(String written, Collection<String> known) {
        if (written.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String wanted = written.toLowerCase(Locale.ROOT);
        int bound = Math.clamp(wanted.length() / 3, 1, MAX_DISTANCE);
        record Candidate(String name, int distance) {}
        return known.stream()
                .filter(name -> Math.abs(name.length() - wanted.length()) <= bound)
                .map(name -> new Candidate(name, distance(wanted, name.toLowerCase(Locale.ROOT))))
                .filter(candidate -> candidate.distance() <= bound && candidate.distance() < candidate.name().length())
                .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    /// Damerau and Levenshtein's distance, in the form that edits no letter twice (optimal string alignment).
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, Math.min(last[j], row[j - 1]) + 1);
                boolean exchanged = i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
                if (exchanged) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] reused = beforeLast;
            beforeLast = last;
            last = row;
            row = reused;
        }
        return last[b.length()];
    }
}
