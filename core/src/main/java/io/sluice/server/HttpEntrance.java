package io.sluice.server;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.sluice.http.HttpEndpoint;
import io.sluice.http.HttpGeneration;
import io.sluice.http.WorkerHttp;
import io.sluice.stream.WorkerGeneration;

/// Connections become sessions of HTTP. Confined to its worker's event loop.
final class HttpEntrance implements Entrance {

    private final WorkerHttp worker;

    /// The HTTP side of a generation of this worker.
    private final Function<WorkerGeneration, HttpGeneration> generations;

    private @Nullable HttpEndpoint endpoint;

    HttpEntrance(WorkerHttp worker, Function<WorkerGeneration, HttpGeneration> generations) {
        this.worker = worker;
        this.generations = generations;
    }

    @Override
    public void install(ListenPoint.OfConnections point, WorkerGeneration generation) {
        ListenPoint.Http http = (ListenPoint.Http) point;
        HttpEndpoint present = endpoint;
        if (present == null) {
            endpoint = new HttpEndpoint(
                    worker, generations.apply(generation), http.site(), http.routesByLocalAddress());
        } else {
            present.install(generations.apply(generation), http.site(), http.routesByLocalAddress());
        }
    }

    @Override
    public void accept(int fd, long sockaddr, int length) {
        HttpEndpoint present = endpoint;
        if (present == null) {
            throw new IllegalStateException("accepting before a generation is installed");
        }
        present.accept(fd, sockaddr, length);
    }

    @Override
    public void close() {
        HttpEndpoint present = endpoint;
        if (present != null) {
            present.close();
        }
    }
}
