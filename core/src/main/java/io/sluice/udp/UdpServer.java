package io.sluice.udp;

import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.ByteSize;
import io.sluice.config.model.RateConfig;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.DatagramOptions;
import io.sluice.config.model.StreamServerConfig.ProxyOptions;
import io.sluice.stream.StreamServer;
import io.sluice.stream.StreamSession;
import io.sluice.upstream.ConnectOptions;
import io.sluice.variable.Template;

/// One `server {}` on one of its UDP addresses, compiled. Immutable.
public final class UdpServer extends StreamServer {

    /// `proxy_responses` was not written.
    static final int ANY_NUMBER = -1;

    private final ConnectOptions connectOptions;

    private final int requests;

    private final int responses;

    private final Rate uploadRate;

    private final Rate downloadRate;

    /// Bytes a second that one direction may move, for all flows or for each on its own. Immutable.
    private record Rate(long perSecond, @Nullable Template computed) {

        static Rate of(RateConfig config, Parts parts) {
            return switch (config) {
                case RateConfig.Fixed fixed -> new Rate(fixed.perSecond().bytes(), null);
                case RateConfig.Computed computed -> new Rate(0, parts.variables().compile(computed.perSecond()));
            };
        }

        long of(StreamSession flow) {
            return computed == null ? perSecond : ByteSize.parse(computed.evaluate(flow)).orElse(ByteSize.ZERO).bytes();
        }
    }

    /// Compiles a server.
    ///
    /// @param listen the address of the listener, as written in messages
    public UdpServer(StreamServerConfig config, Address listen, Parts parts) {
        super(config, listen, parts);
        ProxyOptions proxy = config.proxy();
        DatagramOptions datagrams = proxy.datagrams();
        OptionalInt answers = datagrams.responses();
        this.connectOptions = new ConnectOptions(
                false,
                false,
                proxy.receiveBuffer().orElse(0),
                proxy.sendBuffer().orElse(0));
        this.responses = answers.orElse(ANY_NUMBER);
        // A flow that awaits no answer ends with its datagram, even if the next one was received together with it.
        this.requests = responses == 0 && datagrams.requests() == 0 ? 1 : datagrams.requests();
        this.uploadRate = Rate.of(proxy.uploadRate(), parts);
        this.downloadRate = Rate.of(proxy.downloadRate(), parts);
    }

    ConnectOptions connectOptions() {
        return connectOptions;
    }

    /// After how many datagrams from downstream the next one begins another flow; 0: any number.
    int requests() {
        return requests;
    }

    /// `proxy_responses`, for each datagram from downstream, or [#ANY_NUMBER].
    int responses() {
        return responses;
    }

    /// `proxy_upload_rate` in bytes a second; 0: without limit.
    long uploadRate(StreamSession flow) {
        return uploadRate.of(flow);
    }

    /// `proxy_download_rate` in bytes a second; 0: without limit.
    long downloadRate(StreamSession flow) {
        return downloadRate.of(flow);
    }
}
