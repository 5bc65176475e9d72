package io.sluice.config.model;

/// One `limit_conn_zone`. Immutable.
public record LimitConnZoneConfig(Position position, String name, TemplateConfig key, ByteSize size) {}
