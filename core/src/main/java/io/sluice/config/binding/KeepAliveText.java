package io.sluice.config.binding;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

import io.sluice.config.model.KeepAliveConfig;

/// Reads the long form of `so_keepalive`: `idle:interval:count`. Used during start-up only.
final class KeepAliveText {

    private KeepAliveText() {}

    /// The options; empty when a part is wrong or nothing is said.
    static Optional<KeepAliveConfig> parse(String text) {
        String[] parts = text.split(":", 3);
        Optional<Duration> idle = time(part(parts, 0));
        Optional<Duration> interval = time(part(parts, 1));
        Optional<Integer> count = part(parts, 2).isEmpty() ? Optional.of(0) : ValueType.number(part(parts, 2));
        if (idle.isEmpty() || interval.isEmpty() || count.isEmpty()) {
            return Optional.empty();
        }
        boolean silent = idle.get().isZero() && interval.get().isZero() && count.get() == 0;
        return silent
                ? Optional.empty()
                : Optional.of(new KeepAliveConfig(
                        Optional.of(true),
                        idle.filter(time -> !time.isZero()),
                        interval.filter(time -> !time.isZero()),
                        count.get() == 0 ? OptionalInt.empty() : OptionalInt.of(count.get())));
    }

    private static String part(String[] parts, int index) {
        return index < parts.length ? parts[index] : "";
    }

    private static Optional<Duration> time(String text) {
        return text.isEmpty() ? Optional.of(Duration.ZERO) : TimeValue.SECONDS.parse(text);
    }
}
