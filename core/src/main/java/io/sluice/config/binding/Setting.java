package io.sluice.config.binding;

import java.util.Optional;

/// A place for one value of a scope, inherited by inner scopes. Immutable; two settings are the same only if identical.
final class Setting<T> {

    private final ValueType<T> type;

    private final String defaultText;

    private final Optional<T> defaultValue;

    private Setting(ValueType<T> type, String defaultText, Optional<T> defaultValue) {
        this.type = type;
        this.defaultText = defaultText;
        this.defaultValue = defaultValue;
    }

    /// A setting whose value, when nobody wrote one, is what the default text says.
    static <T> Setting<T> of(ValueType<T> type, String defaultText) {
        Optional<T> value = type.parse(defaultText);
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a default that is no " + type.syntax() + ": " + defaultText);
        }
        return new Setting<>(type, defaultText, value);
    }

    /// A setting that is absent when nobody wrote it.
    static <T> Setting<T> optional(ValueType<T> type) {
        return new Setting<>(type, "", Optional.empty());
    }

    ValueType<T> type() {
        return type;
    }

    String defaultText() {
        return defaultText;
    }

    Optional<T> defaultValue() {
        return defaultValue;
    }
}
