package io.sluice.server;

import java.util.function.IntFunction;

import io.sluice.stream.WorkerGeneration;
import io.sluice.udp.DatagramRelay;
import io.sluice.udp.UdpListener;

/// A bound datagram socket on one worker. Confined to its worker's event loop.
final class DatagramListener implements Listener {

    private final UdpListener listener;

    private final DatagramRelay relay;

    private final IntFunction<WorkerGeneration> generations;

    /// @param generations the worker's part of a generation by its number, for flows that come along
    DatagramListener(UdpListener listener, DatagramRelay relay, IntFunction<WorkerGeneration> generations) {
        this.listener = listener;
        this.relay = relay;
        this.generations = generations;
    }

    @Override
    public BoundSocket socket() {
        return new BoundSocket.OfDatagrams(listener);
    }

    @Override
    public int start() {
        return listener.attach(relay, generations);
    }

    @Override
    public void install(ListenPoint point, WorkerGeneration generation) {
        listener.install(((ListenPoint.Udp) point).routes(), generation);
    }

    @Override
    public void stop() {
        listener.detach();
    }

    @Override
    public void close() {
        listener.drain();
    }

    /// Whether it still has flows to wait for after [#close].
    boolean isOpen() {
        return listener.isOpen();
    }
}
