package io.sluice.server;

import java.util.concurrent.atomic.AtomicLong;

import io.sluice.route.LimitZones;
import io.sluice.upstream.PeerStates;

/// What exists once for the process and outlives every generation: what users mean when they say "per server".
/// Thread-safe.
///
/// @param sessionNumbers source of `$connection`
record ProcessMemory(PeerStates peers, LimitZones limitZones, AtomicLong sessionNumbers, String hostName) {

    ProcessMemory(String hostName) {
        this(new PeerStates(), new LimitZones(), new AtomicLong(), hostName);
    }
}
