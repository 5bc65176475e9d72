package io.sluice.config.model;

/// One `limit_req_zone`. Immutable.
///
/// @param milliRate thousandths of a request a second
public record LimitReqZoneConfig(Position position, String name, TemplateConfig key, ByteSize size, long milliRate) {}
