package io.sluice.http;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.RateConfig;
import io.sluice.variable.Template;
import io.sluice.variable.VariableSource;
import io.sluice.variable.VariableTable;

/// `limit_rate` and its kin, compiled: a number of bytes, the same for all or evaluated for each exchange. Immutable.
///
/// @param fixed used without a template
record Rate(long fixed, @Nullable Template computed) {

    static Rate compile(RateConfig config, VariableTable variables) {
        return switch (config) {
            case RateConfig.Fixed(ByteSize bytes) -> new Rate(bytes.bytes(), null);
            case RateConfig.Computed(var text) -> new Rate(0, variables.compile(text));
        };
    }

    /// 0 is no limit; so is what is no size.
    long bytes(VariableSource source) {
        return computed == null ? fixed : parse(computed.evaluate(source));
    }

    static long parse(String text) {
        return ByteSize.parse(text).orElse(ByteSize.ZERO).bytes();
    }
}
