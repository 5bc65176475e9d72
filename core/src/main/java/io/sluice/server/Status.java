package io.sluice.server;

import java.util.List;

import io.sluice.config.model.Address;
import io.sluice.metrics.MetricsReader;

/// What a server is doing at a moment. Immutable, but for the metrics, which go on counting.
///
/// @param generation number of the newest, counted from 1
/// @param transport the mechanism in use, and why others are not
/// @param listening the addresses that are bound, with real ports where the configuration says 0
/// @param sessions that have not ended, of all generations
public record Status(
        int generation, String transport, int workers, List<Address> listening, int sessions, MetricsReader metrics) {

    public Status {
        listening = List.copyOf(listening);
    }
}
