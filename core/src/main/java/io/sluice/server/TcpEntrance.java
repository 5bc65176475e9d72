package io.sluice.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.SocketProtocol;
import io.sluice.route.RouteTable;
import io.sluice.stream.SessionResources;
import io.sluice.stream.WorkerGeneration;
import io.sluice.tcp.TcpSite;
import io.sluice.transport.linux.SocketAddresses;

import static io.sluice.transport.linux.LinuxConstants.IPPROTO_TCP;
import static io.sluice.transport.linux.LinuxConstants.TCP_NODELAY;

/// Connections become sessions of the server of the newest generation. Confined to its worker's event loop.
final class TcpEntrance implements Entrance {

    private final SessionResources resources;

    private ListenPoint.Tcp point;

    private WorkerGeneration generation;

    TcpEntrance(SessionResources resources, ListenPoint.Tcp point, WorkerGeneration generation) {
        this.resources = resources;
        this.point = point;
        this.generation = generation;
    }

    @Override
    public void install(ListenPoint.OfConnections newPoint, WorkerGeneration newGeneration) {
        point = (ListenPoint.Tcp) newPoint;
        generation = newGeneration;
    }

    @Override
    public void accept(int fd, long sockaddr, int length) {
        TcpSite site = site(fd);
        boolean noDelay = site.defaultServer().tcpNodelay();
        if (noDelay != point.tcpNodelay()) {
            // The socket's options are those of its own address; best effort, as a delay breaks nothing.
            resources.linux().setSocketOption(fd, IPPROTO_TCP, TCP_NODELAY, noDelay ? 1 : 0);
        }
        site.accept(resources, generation, fd, sockaddr, length);
    }

    @Override
    public void close() {
        // Sessions go on.
    }

    private TcpSite site(int fd) {
        RouteTable<TcpSite> routes = point.routesByLocalAddress();
        if (routes == null) {
            return point.site().defaultServer();
        }
        RouteTable.Site<TcpSite> site = routes.find(SocketProtocol.TCP, localAddress(fd));
        return (site == null ? point.site() : site).defaultServer();
    }

    private Address localAddress(int fd) {
        long memory = resources.loop().addressScratch();
        int length = resources.loop().linux().socketName(fd, memory, SocketAddresses.MAX_BYTES);
        SocketAddress address = length < 0 ? null : SocketAddresses.get(memory, length);
        return toAddress(address, point.site().address());
    }

    private static Address toAddress(@Nullable SocketAddress address, Address otherwise) {
        if (address instanceof InetSocketAddress ip) {
            InetAddress host = ip.getAddress();
            return new Address.Ip(host, ip.getPort());
        }
        return otherwise;
    }
}
