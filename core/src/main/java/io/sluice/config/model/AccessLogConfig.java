package io.sluice.config.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// One `access_log` that is not `off`. Immutable.
///
/// @param format name of a [LogFormatConfig]
/// @param buffer zero: every line is written at once
/// @param flush how long a buffered line may wait
/// @param gzipLevel compress the buffers
/// @param condition `if=`: a line is written unless it evaluates to empty or `0`
public record AccessLogConfig(
        Position position,
        LogTarget target,
        String format,
        ByteSize buffer,
        Optional<Duration> flush,
        OptionalInt gzipLevel,
        Optional<TemplateConfig> condition) {}
