package io.sluice.config.syntax;

/// How much more a configuration may hold, all its files together. Used during start-up only.
///
/// A file included in a hundred places counts a hundred times for its words (whoever walks the tree sees them so often) and
/// once for its bytes.
final class ParseBudget {

    static final int MAX_BYTES = 64 * 1024 * 1024;

    static final int MAX_WORDS = 4_000_000;

    private int bytes = MAX_BYTES;

    private int words = MAX_WORDS;

    int bytesLeft() {
        return bytes;
    }

    int wordsLeft() {
        return words;
    }

    /// Takes a file's bytes, of which there must be enough.
    void takeBytes(int count) {
        bytes -= count;
    }

    /// Takes so many words, or says that they are too many.
    boolean takeWords(int count) {
        if (count > words) {
            return false;
        }
        words -= count;
        return true;
    }
}
