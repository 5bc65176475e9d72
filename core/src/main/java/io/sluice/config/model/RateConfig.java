package io.sluice.config.model;

/// `proxy_upload_rate` or `proxy_download_rate`: how many bytes a second one direction of a session may move. Immutable.
public sealed interface RateConfig {

    /// nginx's default.
    RateConfig UNLIMITED = new Fixed(ByteSize.ZERO);

    /// The same for every session.
    ///
    /// @param perSecond zero: without limit
    record Fixed(ByteSize perSecond) implements RateConfig {}

    /// Evaluated once for each session, when its relaying begins; what is no size then is no limit.
    record Computed(TemplateConfig perSecond) implements RateConfig {}
}
