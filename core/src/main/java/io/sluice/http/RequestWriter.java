package io.sluice.http;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpProxyOptions.Upgrade;
import io.sluice.variable.ByteText;
import io.sluice.variable.Template;

/// Writes requests to peers. Thread-safe: no state; used on the worker.
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as the end of the channel
final class RequestWriter {

    private static final int CRLF = '\r' << 8 | '\n';

    private static final int HEAD_BYTES = 1024;

    private static final int SMALL_BODY_BYTES = 4096;

    private RequestWriter() {}

    /// Writes the head and what has come of the body, and flushes.
    ///
    /// @param body what has come; stays the caller's
    /// @param complete nothing follows
    static void send(
            Exchange exchange, ProxyPlan plan, ProxyTarget target, UpstreamConnection to, @Nullable ByteBuf body,
            boolean complete) {
        Request request = exchange.request();
        Channel channel = to.channel();
        ByteBuf out = channel.alloc().directBuffer(HEAD_BYTES);
        boolean http11 = plan.options().keepAliveUpstream();
        HeadEncoder.text(out, target.method());
        out.writeByte(' ');
        HeadEncoder.text(out, target.uri());
        HeadEncoder.text(out, http11 ? " HTTP/1.1" : " HTTP/1.0");
        out.writeShort(CRLF);
        if (!plan.sets("host")) {
            HeadEncoder.field(out, "Host", target.host());
        }
        boolean upgraded = addUpgrade(out, plan, request);
        if (!upgraded && !plan.sets("connection") && (!http11 || !exchange.generation().keeps(target.group()))) {
            HeadEncoder.field(out, "Connection", "close");
        }
        List<FieldTemplate> fields = plan.fields();
        for (int i = 0; i < fields.size(); i++) {
            String value = fields.get(i).value().evaluate(exchange);
            if (!value.isEmpty()) {
                HeadEncoder.field(out, fields.get(i).name(), value);
            }
        }
        byte @Nullable [] ownBody = ownBody(exchange, plan);
        boolean chunked = addLength(out, plan, request, body, complete, ownBody);
        if (plan.options().passHeaders()) {
            addRequestFields(out, exchange, plan);
        }
        out.writeShort(CRLF);
        HttpAttempt attempt = exchange.attempt();
        if (attempt != null) {
            attempt.sentBytes = (long) out.readableBytes() + (body == null ? 0 : body.readableBytes());
        }
        if (ownBody != null) {
            out.writeBytes(ownBody);
            channel.writeAndFlush(out);
        } else {
            writeBody(channel, out, body, complete, chunked);
        }
    }

    /// `proxy_upgrade auto`.
    private static boolean addUpgrade(ByteBuf out, ProxyPlan plan, Request request) {
        String upgrade = request.header(HttpHeaderNames.UPGRADE);
        if (plan.options().upgrade() != Upgrade.AUTO || upgrade == null || plan.sets("upgrade")
                || plan.sets("connection")) {
            return false;
        }
        HeadEncoder.field(out, "Upgrade", upgrade);
        HeadEncoder.field(out, "Connection", "upgrade");
        return true;
    }

    private static byte @Nullable [] ownBody(Exchange exchange, ProxyPlan plan) {
        Template template = plan.body();
        return template == null ? null : ByteText.bytes(template.evaluate(exchange));
    }

    /// Says how long the body is; returns whether it goes in chunks.
    private static boolean addLength(
            ByteBuf out, ProxyPlan plan, Request request, @Nullable ByteBuf body, boolean complete,
            byte @Nullable [] ownBody) {
        if (ownBody != null) {
            length(out, ownBody.length);
        } else if (plan.options().passBody() && request.hasBody()) {
            if (complete) {
                length(out, body == null ? 0 : body.readableBytes());
            } else if (!request.isChunked()) {
                length(out, request.contentLength());
            } else {
                HeadEncoder.field(out, "Transfer-Encoding", "chunked");
                return true;
            }
        } else if (request.contentLength() == 0 && plan.options().passBody()) {
            length(out, 0);
        }
        return false;
    }

    private static void length(ByteBuf out, long length) {
        HeadEncoder.text(out, "Content-Length: ");
        HeadEncoder.decimal(out, length);
        out.writeShort(CRLF);
    }

    private static void addRequestFields(ByteBuf out, Exchange exchange, ProxyPlan plan) {
        HttpHeaders headers = exchange.request().headers();
        FieldNames dropped = plan.dropped();
        Iterator<Map.Entry<CharSequence, CharSequence>> entries = headers.iteratorCharSequence();
        while (entries.hasNext()) {
            Map.Entry<CharSequence, CharSequence> entry = entries.next();
            if (!dropped.contains(entry.getKey()) && exchange.route().passes(entry.getKey())) {
                HeadEncoder.field(out, entry.getKey(), entry.getValue());
            }
        }
    }

    private static void writeBody(
            Channel channel, ByteBuf head, @Nullable ByteBuf body, boolean complete, boolean chunked) {
        int length = body == null ? 0 : body.readableBytes();
        if (length == 0 || body == null) {
            channel.writeAndFlush(head);
            return;
        }
        if (chunked) {
            HeadEncoder.chunkSize(head, length);
        }
        if (length <= SMALL_BODY_BYTES) {
            head.writeBytes(body, body.readerIndex(), length);
        } else {
            channel.write(head);
            // More may follow before this has been sent, and another peer may have to be asked.
            channel.write(complete ? body.retainedDuplicate() : body.retainedSlice());
            head = channel.alloc().directBuffer(2);
        }
        if (chunked) {
            head.writeShort(CRLF);
        }
        channel.writeAndFlush(head);
    }

    /// Writes a further part of the body, the writer's from now on.
    static void bodyPart(Channel channel, ByteBuf part, boolean last, boolean chunked) {
        int length = part.readableBytes();
        if (!chunked) {
            channel.write(part);
            return;
        }
        if (length > 0) {
            ByteBuf size = channel.alloc().directBuffer(16);
            HeadEncoder.chunkSize(size, length);
            channel.write(size);
            channel.write(part);
            ByteBuf end = channel.alloc().directBuffer(2);
            end.writeShort(CRLF);
            channel.write(end);
        } else {
            part.release();
        }
        if (last) {
            ByteBuf end = channel.alloc().directBuffer(8);
            end.writeByte('0').writeShort(CRLF).writeShort(CRLF);
            channel.write(end);
        }
    }
}
