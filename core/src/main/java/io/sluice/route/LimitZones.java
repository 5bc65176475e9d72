package io.sluice.route;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

import io.sluice.config.model.LimitConnZoneConfig;

/// All `limit_conn` zones of the process, across reloads. Thread-safe.
///
/// A zone is the same one in the next generation when name, key and size are the same; it lives for as long as a generation
/// or a session holds it.
public final class LimitZones {

    private record Identity(String name, String key, long bytes) {}

    // Under the monitor; touched when a generation is built.
    private final Map<Identity, WeakReference<LimitZone>> zones = new HashMap<>();

    /// The zone of this configuration, with the counts of the sessions that are in it already.
    public synchronized LimitZone zone(LimitConnZoneConfig config) {
        zones.values().removeIf(reference -> reference.get() == null);
        Identity identity = new Identity(config.name(), config.key().toString(), config.size().bytes());
        WeakReference<LimitZone> reference = zones.get(identity);
        LimitZone present = reference == null ? null : reference.get();
        if (present != null) {
            return present;
        }
        LimitZone zone = new LimitZone(config.name(), config.size());
        zones.put(identity, new WeakReference<>(zone));
        return zone;
    }

    synchronized int size() {
        return zones.size();
    }
}
