package io.sluice.http;

import java.util.ArrayList;
import java.util.List;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// The head of a response before it is written. Confined to its worker's event loop.
///
/// What a peer sent is kept as it came and filtered while writing; what the proxy itself says stands beside it.
final class ResponseHead {

    /// The body's length is not known.
    static final long UNKNOWN = -1;

    final int status;

    /// What stands after the status; empty: the usual phrase.
    String reason = "";

    long contentLength = UNKNOWN;

    @Nullable String contentType;

    @Nullable String lastModified;

    @Nullable String etag;

    /// Whether the body is announced and sent in chunks.
    boolean chunked;

    /// The `Content-Length` of what a HEAD request would have had as body, or that of the peer.
    boolean acceptRanges;

    /// Another protocol follows.
    boolean upgrades;

    /// The peer's fields, without those in `hidden`.
    @Nullable HttpHeaders upstream;

    @Nullable FieldNames hidden;

    /// Names and values in turn.
    private final List<String> fields = new ArrayList<>(0);

    ResponseHead(int status) {
        this.status = status;
    }

    /// Adds a field of the proxy's own. An empty value adds none.
    void add(String name, String value) {
        if (!value.isEmpty()) {
            fields.add(name);
            fields.add(value);
        }
    }

    /// The fields added, names and values in turn.
    List<String> fields() {
        return fields;
    }
}
