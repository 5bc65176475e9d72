package io.sluice.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.config.model.TlsClientConfig;
import io.sluice.config.model.TlsServerConfig.ClientVerification;
import io.sluice.testing.TestAuthority;
import io.sluice.testing.TestAuthority.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/// A handshake needs no thread but its loop's, and leaves nothing behind but Netty's handler.
class InlineHandshakeTest {

    @Test
    void theLoopDoesAllOfIt(@TempDir Path directory) throws IOException, TlsConfigException {
        TestAuthority authority = TestAuthority.create(directory, "root");
        ServerSettings settings = ServerSettings.of(authority.issue("a.example", "EC", "DNS:a.example", Kind.SERVER));
        settings.verifyClient = ClientVerification.OPTIONAL;
        settings.clientAuthorities = Optional.of(authority.certificate());
        TlsContexts contexts = new TlsContexts();
        ServerTls server = settings.build(contexts);
        List<Object> events = new ArrayList<>();
        EmbeddedChannel accepted = new EmbeddedChannel(new DownstreamTls(_ -> server, Duration.ofSeconds(60)), new Events(events));
        SslHandler handler = contexts.upstream(TlsClientConfig.DEFAULT, List.of())
                .newHandler(ByteBufAllocator.DEFAULT, "peer", "a.example");
        EmbeddedChannel connected = new EmbeddedChannel(handler);

        // Without a turn of the loop in between: what another thread or a task had to do would be missing.
        boolean moved = true;
        while (moved) {
            moved = move(connected, accepted);
            moved |= move(accepted, connected);
        }

        assertThat(handler.handshakeFuture().isSuccess()).isTrue();
        assertThat(events).first().isInstanceOf(TlsEvent.Established.class);
        assertThat(events).filteredOn(TlsEvent.class::isInstance).hasSize(1);
        assertThat(accepted.pipeline().first()).isInstanceOf(SslHandler.class);
        assertThat(accepted.pipeline().get(DownstreamTls.class)).isNull();
        accepted.finishAndReleaseAll();
        connected.finishAndReleaseAll();
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        boolean moved = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.writeInbound(bytes);
            moved = true;
        }
        return moved;
    }

    private static final class Events extends ChannelInboundHandlerAdapter {

        private final List<Object> events;

        Events(List<Object> events) {
            this.events = events;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof TlsEvent) {
                events.add(event);
            }
        }
    }
}
