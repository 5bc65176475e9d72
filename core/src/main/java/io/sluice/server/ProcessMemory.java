package io.sluice.server;

import java.util.concurrent.atomic.AtomicLong;

import io.sluice.resolve.ResolverLoop;
import io.sluice.route.LimitZones;
import io.sluice.route.RateZones;
import io.sluice.tls.TlsContexts;
import io.sluice.upstream.PeerStates;

/// What exists once for the process and outlives every generation: what users mean when they say "per server".
/// Thread-safe.
///
/// @param resolver has no thread before a name is to be resolved
/// @param sessionNumbers source of `$connection`
record ProcessMemory(
        PeerStates peers, PeerStates httpPeers, LimitZones limitZones, LimitZones httpLimitZones, RateZones rateZones,
        TlsContexts tls, ResolverLoop resolver, AtomicLong sessionNumbers, String hostName) {

    ProcessMemory(String hostName) {
        this(new PeerStates(), new PeerStates(), new LimitZones(), new LimitZones(), new RateZones(), new TlsContexts(),
                new ResolverLoop(), new AtomicLong(), hostName);
    }
}
