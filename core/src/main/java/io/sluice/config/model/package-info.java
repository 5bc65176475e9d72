/// What a configuration says, as typed values: durations, sizes and addresses instead of strings such as `10s`.
///
/// Entry: [ProxyConfig]. Every type is immutable. Nothing here runs while traffic flows. Layer 0, imports `java.*` only.
@NullMarked
package io.sluice.config.model;

import org.jspecify.annotations.NullMarked;
