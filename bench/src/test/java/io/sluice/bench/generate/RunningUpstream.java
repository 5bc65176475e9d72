package io.sluice.bench.generate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

import io.sluice.bench.load.UpstreamServer;
import io.sluice.transport.Transport;

/// An upstream of a scenario, as `scripts/bench upstream` starts it. Thread-safe.
record RunningUpstream(UpstreamServer server, InetSocketAddress address) implements AutoCloseable {

    static RunningUpstream start(LoadScenario scenario, Transport transport, int threads) throws IOException, InterruptedException {
        UpstreamServer server = UpstreamServer.start(transport, threads);
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        return new RunningUpstream(
                server,
                switch (scenario.upstream()) {
                    case SECURE -> server.listenSecurely(ServerCertificate.context(), anyPort);
                    case ECHO, SOURCE, ONCE, DATAGRAMS, WEB -> server.listen(scenario.upstream(), anyPort);
                });
    }

    String target() {
        return HostPort.text(address);
    }

    @Override
    public void close() {
        server.close();
    }
}
