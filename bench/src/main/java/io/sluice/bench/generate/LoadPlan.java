package io.sluice.bench.generate;

import java.net.InetSocketAddress;
import java.time.Duration;

import io.sluice.bench.load.Load;
import io.sluice.bench.load.Sources;
import io.sluice.transport.Transport;

/// What a run is to do. Immutable.
///
/// @param perSecond of an open loop; 0: a closed one
/// @param patience for connections at the beginning, and at the end for what is outstanding
/// @param allowedLoss of datagrams, in per cent
record LoadPlan(
        LoadScenario scenario,
        LoadShape shape,
        InetSocketAddress target,
        int connections,
        double perSecond,
        Duration warmUp,
        Duration duration,
        Duration patience,
        int threads,
        Transport transport,
        Sources sources,
        double allowedLoss) {

    boolean isOpen() {
        return perSecond > 0;
    }

    /// How many of the connections are those of one thread.
    int connectionsOf(int thread) {
        return connections / threads + (thread < connections % threads ? 1 : 0);
    }

    /// How many connections the threads before it have.
    int connectionsBefore(int thread) {
        return thread * (connections / threads) + Math.min(thread, connections % threads);
    }

    Load loadOf(int thread) {
        return scenario.load(shape, connectionsOf(thread));
    }

    /// The part of the rate that goes with a thread's part of the connections.
    double perSecondOf(int thread) {
        return perSecond * connectionsOf(thread) / connections;
    }

    /// For people.
    String description() {
        return scenario.load(shape, connections).description();
    }

    /// For people.
    String mode() {
        if (isOpen()) {
            return "open loop, %s a second".formatted(Numbers.count(perSecond));
        }
        if (scenario.isBulk()) {
            return "as fast as it goes";
        }
        return scenario.isIdle() ? "held" : "closed loop";
    }

    String targetText() {
        return HostPort.text(target);
    }
}
