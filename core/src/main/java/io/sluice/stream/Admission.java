package io.sluice.stream;

import java.util.List;

import io.sluice.config.model.LogLevel;
import io.sluice.route.AccessRules;
import io.sluice.route.SessionLimits;
import io.sluice.variable.ByteText;
import io.sluice.variable.Template;

/// Who is let in: `limit_conn`, then `allow` and `deny`, in the order of nginx's phases. Thread-safe.
///
/// @param limits the zones, which outlive generations
/// @param limitKeys the key of each limit, in their order
/// @param limitLogLevel of the line about a rejection
/// @param limitDryRun count and tell, let in all the same
public record Admission(
        SessionLimits limits, List<Template> limitKeys, LogLevel limitLogLevel, boolean limitDryRun,
        AccessRules access) {

    public Admission {
        limitKeys = List.copyOf(limitKeys);
    }

    /// Takes the session's places in the zones.
    SessionLimits.Admission limit(StreamSession session) {
        byte[][] keys = new byte[limitKeys.size()][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = ByteText.bytes(limitKeys.get(i).evaluate(session));
            if (SessionLimits.isTooLong(keys[i])) {
                SessionMessages.keyTooLong(session, ByteText.decode(limitKeys.get(i).evaluate(session)));
            }
        }
        return limits.admit(keys);
    }
}
