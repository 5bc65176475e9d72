package io.sluice.bench.compare;

/// What a proxy is to be ready for. Immutable.
///
/// @param sessions or flows, at once
/// @param flowAddresses each flow of UDP reaches the upstream from its client's address, so that ports do not run out
/// @param unprivileged it runs as `user nobody`, as far as this process may choose
record Demands(int workers, int sessions, boolean flowAddresses, boolean unprivileged) {}
