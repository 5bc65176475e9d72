package io.sluice.bench.generate;

import java.util.List;

import io.sluice.bench.load.Load;

/// What a load looks like on each connection. Immutable.
///
/// @param sizes of messages, datagrams or responses; several only of HTTP
/// @param outstanding exchanges under way on a connection
/// @param train datagrams of a train
/// @param direction of bulk
/// @param kept connections of HTTP are kept
/// @param verified bulk is compared, as everything else always is
record LoadShape(List<Integer> sizes, int outstanding, int train, Load.Direction direction, boolean kept, boolean verified) {

    /// Of scenarios that have one.
    int size() {
        return sizes.getFirst();
    }
}
