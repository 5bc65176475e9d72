package io.sluice.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/// Makes the head of a response of what a peer has sent. Thread-safe: no state; used on the worker.
final class UpstreamHead {

    private UpstreamHead() {}

    static ResponseHead translate(Exchange exchange, ProxyPlan plan, HttpResponse from) {
        HttpHeaders headers = from.headers();
        ResponseHead head = new ResponseHead(from.status().code());
        head.reason = from.status().reasonPhrase();
        head.contentType = visible(plan, headers, HttpHeaderNames.CONTENT_TYPE);
        head.lastModified = visible(plan, headers, HttpHeaderNames.LAST_MODIFIED);
        head.etag = visible(plan, headers, HttpHeaderNames.ETAG);
        head.upstream = headers;
        head.hidden = plan.hidden();
        if (!headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            head.contentLength = length(headers.get(HttpHeaderNames.CONTENT_LENGTH));
        }
        head.upgrades = head.status == HttpStatus.SWITCHING_PROTOCOLS;
        plan.rewrites().apply(exchange, headers, head);
        return head;
    }

    private static @Nullable String visible(ProxyPlan plan, HttpHeaders headers, CharSequence name) {
        return plan.options().hideHeaders().contains(name.toString()) ? null : headers.get(name);
    }

    private static long length(@Nullable String text) {
        return text == null || text.isEmpty() ? ResponseHead.UNKNOWN : Long.parseLong(text);
    }
}
