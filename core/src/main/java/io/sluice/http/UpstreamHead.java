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
        int told = from.status().code();
        int status = told == HttpStatus.SWITCHING_PROTOCOLS ? told : exchange.route().finalStatus(told);
        ResponseHead head = new ResponseHead(status);
        head.reason = status == told ? from.status().reasonPhrase() : "";
        head.contentType = visible(plan, headers, HttpHeaderNames.CONTENT_TYPE);
        head.lastModified = visible(plan, headers, HttpHeaderNames.LAST_MODIFIED);
        head.etag = visible(plan, headers, HttpHeaderNames.ETAG);
        head.upstream = headers;
        head.hidden = plan.hidden();
        if (!headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            head.contentLength = length(headers.get(HttpHeaderNames.CONTENT_LENGTH));
        }
        head.upgrades = head.status == HttpStatus.SWITCHING_PROTOCOLS;
        addRewritten(exchange, plan, headers, head);
        return head;
    }

    /// What the peer says of itself becomes what the client can use.
    private static void addRewritten(Exchange exchange, ProxyPlan plan, HttpHeaders headers, ResponseHead head) {
        String location = headers.get(HttpHeaderNames.LOCATION);
        if (location != null) {
            String rewritten = plan.rewrites().location(location, exchange);
            head.add("Location", rewritten == null ? location : exchange.route().absolute(rewritten));
        }
        String refresh = headers.get("Refresh");
        if (refresh != null) {
            String rewritten = plan.rewrites().refresh(refresh, exchange);
            head.add("Refresh", rewritten == null ? refresh : rewritten);
        }
        if (plan.changesCookies()) {
            for (String cookie : headers.getAll(HttpHeaderNames.SET_COOKIE)) {
                String rewritten = plan.rewrites().setCookie(cookie, exchange);
                head.add("Set-Cookie", rewritten == null ? cookie : rewritten);
            }
        }
    }

    private static @Nullable String visible(ProxyPlan plan, HttpHeaders headers, CharSequence name) {
        return plan.options().hideHeaders().contains(name.toString()) ? null : headers.get(name);
    }

    private static long length(@Nullable String text) {
        return text == null || text.isEmpty() ? ResponseHead.UNKNOWN : Long.parseLong(text);
    }
}
