package io.sluice.bench.load;

import io.sluice.transport.ListenException;
import io.sluice.transport.SocketLoop;

/// The upstreams of a [LoadGenerator], each on a port of the kernel's choice. Confined to the load loop.
final class Upstreams {

    private final EchoUpstream echo;

    private final SourceUpstream source;

    private final OnceUpstream once;

    private final DatagramUpstream datagrams;

    private final WebUpstream web;

    Upstreams(SocketLoop loop, LoadCounters counters) throws ListenException {
        this.echo = new EchoUpstream(loop, ListenAddress.ANY_PORT);
        this.source = new SourceUpstream(loop, ListenAddress.ANY_PORT);
        this.once = new OnceUpstream(loop, ListenAddress.ANY_PORT);
        this.datagrams = new DatagramUpstream(loop, ListenAddress.ANY_PORT, counters);
        this.web = new WebUpstream(loop, ListenAddress.ANY_PORT);
    }

    ServicePorts ports() {
        return new ServicePorts(echo.port(), source.port(), once.port(), datagrams.port(), web.port(), 0);
    }

    /// How many connections there are; proxies keep those of HTTP for later.
    int open() {
        return echo.open() + source.open() + once.open();
    }

    /// How many connections the upstream of HTTP has accepted so far.
    long webConnections() {
        return web.accepted();
    }

    /// How much the kernel has taken of all downloads so far.
    long sentBytes() {
        return source.sentBytes();
    }

    void close() {
        echo.close();
        source.close();
        once.close();
        datagrams.close();
        web.close();
    }
}
