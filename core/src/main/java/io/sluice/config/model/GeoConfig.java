package io.sluice.config.model;

import java.util.List;
import java.util.Optional;

/// One `geo {}`. Immutable.
///
/// @param source the text that is an address; absent: `$remote_addr`
/// @param variable the name it defines, without the dollar sign
/// @param entries networks, the longest prefix wins; ranges have become networks
/// @param trustedProxies `proxy`: whose `X-Forwarded-For` is believed (http only)
/// @param proxyRecursive `proxy_recursive`
public record GeoConfig(
        Position position,
        Optional<TemplateConfig> source,
        String variable,
        List<Entry> entries,
        String defaultValue,
        List<AccessRuleConfig> trustedProxies,
        boolean proxyRecursive) {

    public GeoConfig {
        entries = List.copyOf(entries);
        trustedProxies = List.copyOf(trustedProxies);
    }

    /// One network and its value.
    public record Entry(Position position, AccessRuleConfig network, String value) {}
}
