package io.sluice.tcp;

import java.util.function.UnaryOperator;

import io.sluice.server.ServerOptions;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

/// The four ways of moving bytes, which nobody outside can tell apart. Immutable.
enum RelayWay {
    COPY_ON_EPOLL(Transport.EPOLL, false),
    SPLICE_ON_EPOLL(Transport.EPOLL, true),
    COPY_ON_IO_URING(Transport.IO_URING, false),
    SPLICE_ON_IO_URING(Transport.IO_URING, true);

    private final Transport transport;

    private final boolean splice;

    RelayWay(Transport transport, boolean splice) {
        this.transport = transport;
        this.splice = splice;
    }

    Transport transport() {
        return transport;
    }

    boolean splices() {
        return splice;
    }

    RunningProxy start(String stream) {
        return RunningProxy.start(
                transport, splice ? UnaryOperator.<ServerOptions>identity() : options -> options.withPipes(0), stream);
    }
}
