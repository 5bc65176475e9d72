package io.sluice.config.binding;

/// A `stream {}` or `http {}` that was read, and the run that knows its names. Immutable.
record ModuleBlock(BindingRun run, Scope scope) {}
