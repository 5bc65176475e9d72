package io.sluice.config.binding;

/// What becomes of a directive that nginx knows. Immutable.
enum Support {
    /// Does what it does in nginx.
    SUPPORTED("supported"),
    /// Accepted without a word: it tunes something inside nginx that does not exist here.
    ACCEPTED_INERT("accepted, no effect"),
    /// Would change behaviour and is not built: an error, unless it says what is the case anyway.
    NOT_YET("not yet"),
    /// Exists in the commercial edition only: an error.
    PLUS("NGINX Plus"),
    /// A block that has no home yet: skipped with a warning, its inside is not looked at.
    SKIPPED_BLOCK("skipped with a warning");

    private final String label;

    Support(String label) {
        this.label = label;
    }

    /// The word in the documentation.
    String label() {
        return label;
    }
}
