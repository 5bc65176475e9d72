package io.sluice.http;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.SocketProtocol;
import io.sluice.config.model.TlsServerConfig;
import io.sluice.metrics.Metric;
import io.sluice.route.RouteTable;
import io.sluice.stream.ProxyHeaderReader;
import io.sluice.stream.SessionMessages;
import io.sluice.stream.SessionResources;
import io.sluice.tls.DownstreamTls;
import io.sluice.transport.channel.StreamChannel;
import io.sluice.transport.linux.LinuxConstants;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

/// One listening socket's way into HTTP: what it accepts becomes a session. Confined to its worker's event loop.
///
/// It outlives generations. A kept-alive connection asks here for the newest at each request, so that a reload neither cuts
/// idle connections nor leaves them with what was.
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as the end of the channel
public final class HttpEndpoint {

    /// nginx's.
    private static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(60);

    private final WorkerHttp worker;

    private HttpGeneration generation;

    private RouteTable.Site<HttpSite> site;

    private @Nullable RouteTable<HttpSite> byLocalAddress;

    private boolean closing;

    /// @param byLocalAddress not null where one socket receives for several addresses
    public HttpEndpoint(
            WorkerHttp worker, HttpGeneration generation, RouteTable.Site<HttpSite> site,
            @Nullable RouteTable<HttpSite> byLocalAddress) {
        this.worker = worker;
        this.generation = generation;
        this.site = site;
        this.byLocalAddress = byLocalAddress;
    }

    /// Requests belong to this generation from now on.
    public void install(
            HttpGeneration newest, RouteTable.Site<HttpSite> itsSite, @Nullable RouteTable<HttpSite> itsRoutes) {
        generation = newest;
        site = itsSite;
        byLocalAddress = itsRoutes;
    }

    /// The address is no longer listened on: connections end with the response they wait for.
    public void close() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    HttpGeneration generation() {
        return generation;
    }

    /// The servers of the address that a connection came to.
    HttpSite site(Downstream downstream) {
        return site(downstream.localAddress());
    }

    private HttpSite site(Address.@Nullable Ip local) {
        RouteTable<HttpSite> routes = byLocalAddress;
        RouteTable.Site<HttpSite> found = local == null || routes == null ? null : routes.find(SocketProtocol.TCP, local);
        return (found == null ? site : found).defaultServer();
    }

    HttpServer defaultServer(Downstream downstream) {
        return site(downstream).defaultServer();
    }

    /// Takes over an accepted descriptor.
    ///
    /// @param sockaddr the client's address, `length` bytes, read before this returns
    public void accept(int fd, long sockaddr, int length) {
        SessionResources resources = worker.resources();
        if (!resources.connections().take()) {
            resources.metrics().increment(Metric.ENDED_WORKER_CONNECTIONS);
            SessionMessages.connectionsExhausted(resources);
            resources.linux().close(fd);
            return;
        }
        byte[] remote = new byte[length];
        NativeMemory.get(sockaddr, remote, 0, length);
        byte[] local = localAddress(resources, fd);
        StreamChannel channel = resources.channels().adopt(fd);
        if (channel == null) {
            resources.connections().giveBack();
            resources.metrics().increment(Metric.ENDED_LOCAL_RESOURCES);
            resources.errors().log(LogLevel.ALERT, "the event loop cannot watch one more descriptor");
            return;
        }
        resources.metrics().increment(Metric.SESSIONS_ACCEPTED);
        resources.metrics().increment(Metric.SESSIONS_ACTIVE);
        long number = resources.numbers().incrementAndGet();
        HttpSite here = site(Downstream.address(local));
        Downstream downstream = new Downstream(number, resources.clock().nanos(), remote, local, here.tls());
        HttpSession session = new HttpSession(worker, this, channel, downstream);
        if (here.proxyProtocol()) {
            downstream.expectProxyHeader();
            channel.pipeline().addLast(new ProxyHeaderReader());
        }
        if (here.tls()) {
            Duration timeout = here.defaultServer().config().tls()
                    .map(TlsServerConfig::handshakeTimeout)
                    .orElse(DEFAULT_HANDSHAKE_TIMEOUT);
            channel.pipeline().addLast(new DownstreamTls(name -> here.names().find(name).tls(), timeout));
        }
        session.start();
        resources.channels().register(channel);
        session.readFirst();
    }

    private static byte[] localAddress(SessionResources resources, int fd) {
        long memory = resources.loop().addressScratch();
        int length = resources.linux().socketName(fd, memory, SocketAddresses.MAX_BYTES);
        if (length <= 0 || SocketAddresses.family(memory) == LinuxConstants.AF_UNIX) {
            return new byte[0];
        }
        byte[] local = new byte[length];
        NativeMemory.get(memory, local, 0, length);
        return local;
    }
}
