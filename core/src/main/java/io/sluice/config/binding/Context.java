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
    /// The body of an `if` of a server: nothing but steps of the rewrite module.
    HTTP_SERVER_IF("if in http server"),
    HTTP_LOCATION_IF("if in http location"),
    HTTP_LIMIT_EXCEPT("limit_except"),
    HTTP_UPSTREAM("http upstream"),
    MAIL("mail"),
    MAIL_SERVER("mail server");

    private final String label;

    Context(String label) {
        this.label = label;
    }

    /// Whether it is `http {}` or inside.
    boolean isHttp() {
        return compareTo(HTTP) >= 0 && compareTo(HTTP_UPSTREAM) <= 0;
    }

    /// The name in hints and in the documentation.
    String label() {
        return label;
    }
}
