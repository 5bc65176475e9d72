package io.sluice.config.binding;

/// What a row does with a directive: reads its arguments, reports what is wrong, puts the value into the scope.
@FunctionalInterface
interface Setter {

    /// Does nothing.
    Setter NONE = _ -> {};

    /// Called once for each occurrence, after context, block and number of arguments were found right.
    void set(Directive directive);
}
