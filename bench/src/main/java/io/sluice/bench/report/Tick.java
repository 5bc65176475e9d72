package io.sluice.bench.report;

/// A place on an axis. Immutable.
///
/// @param at in pixels
/// @param label empty: a minor tick
record Tick(double at, String label) {}
