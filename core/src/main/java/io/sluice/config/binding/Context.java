package io.sluice.config.binding;

/// The blocks that directives stand in. Immutable.
enum Context {
    MAIN("main"),
    EVENTS("events"),
    STREAM("stream"),
    STREAM_SERVER("stream server"),
    STREAM_UPSTREAM("stream upstream"),
    HTTP("http"),
    HTTP_SERVER("http server"),
    HTTP_LOCATION("http location"),
    HTTP_UPSTREAM("http upstream"),
    MAIL("mail"),
    MAIL_SERVER("mail server");

    private final String label;

    Context(String label) {
        this.label = label;
    }

    /// The name in hints and in the documentation.
    String label() {
        return label;
    }
}
