package io.sluice.config.binding;

/// How many arguments a directive takes, and whether a block follows. Immutable.
record Arity(int least, int most, boolean block) {

    static final Arity NONE = new Arity(0, 0, false);
    static final Arity ONE = new Arity(1, 1, false);
    static final Arity TWO = new Arity(2, 2, false);
    static final Arity UP_TO_TWO = new Arity(0, 2, false);
    static final Arity ONE_OR_TWO = new Arity(1, 2, false);
    static final Arity TWO_OR_THREE = new Arity(2, 3, false);
    static final Arity ONE_TO_THREE = new Arity(1, 3, false);
    static final Arity ONE_TO_FOUR = new Arity(1, 4, false);
    static final Arity ONE_OR_MORE = new Arity(1, Integer.MAX_VALUE, false);
    static final Arity TWO_OR_MORE = new Arity(2, Integer.MAX_VALUE, false);
    static final Arity BLOCK = new Arity(0, 0, true);
    static final Arity BLOCK_ONE = new Arity(1, 1, true);
    static final Arity BLOCK_ONE_OR_MORE = new Arity(1, Integer.MAX_VALUE, true);
    static final Arity BLOCK_TWO = new Arity(2, 2, true);
    static final Arity BLOCK_ONE_OR_TWO = new Arity(1, 2, true);

    boolean admits(int arguments) {
        return arguments >= least && arguments <= most;
    }
}
