package io.sluice.route;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

import io.sluice.config.model.LimitReqZoneConfig;

/// All `limit_req` zones of the process, across reloads. Thread-safe.
///
/// A zone is the same one in the next generation when name, key and size are the same, whatever becomes of its rate; it lives
/// for as long as a generation holds it.
public final class RateZones {

    private record Identity(String name, String key, long bytes) {}

    // Under the monitor; touched when a generation is built.
    private final Map<Identity, WeakReference<RateZone>> zones = new HashMap<>();

    /// The zone of this configuration, with what it remembers.
    public synchronized RateZone zone(LimitReqZoneConfig config) {
        zones.values().removeIf(reference -> reference.get() == null);
        Identity identity = new Identity(config.name(), config.key().toString(), config.size().bytes());
        WeakReference<RateZone> reference = zones.get(identity);
        RateZone present = reference == null ? null : reference.get();
        if (present != null) {
            return present;
        }
        RateZone zone = new RateZone(config.name(), config.size());
        zones.put(identity, new WeakReference<>(zone));
        return zone;
    }
}
