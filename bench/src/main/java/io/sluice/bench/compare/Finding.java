package io.sluice.bench.compare;

/// What was found out about a proxy while it ran. Immutable.
///
/// @param contender its name, or `all`
/// @param sentence what was seen, with its numbers
record Finding(String contender, Verdict verdict, String sentence) {

    /// By a condition.
    static Finding of(String contender, boolean alike, String sentence) {
        return new Finding(contender, alike ? Verdict.ALIKE : Verdict.UNLIKE, sentence);
    }
}
