package io.sluice.config.binding;

import java.util.Optional;

import io.sluice.config.model.ByteSize;

/// Two arguments: how many buffers, and how large. Immutable.
record BufferCount(int count, ByteSize size) {

    /// Reads the arguments into a setting.
    static void put(Directive directive, Setting<BufferCount> setting) {
        Optional<Integer> count = ValueType.number(directive.text(0)).filter(n -> n > 0);
        Optional<ByteSize> size = ByteSize.parse(directive.text(1)).filter(s -> s.bytes() > 0);
        if (count.isEmpty() || size.isEmpty()) {
            directive.error("invalid-value", directive.argument(count.isEmpty() ? 0 : 1),
                    "\"" + directive.name() + "\" directive invalid value");
        } else {
            directive.scope().put(setting, new BufferCount(count.get(), size.get()));
        }
    }
}
