package io.sluice.udp;

import io.sluice.transport.DatagramSocket;
import io.sluice.transport.SocketLoop;

/// The socket of a flow that is connected to its peer. Confined to the worker that has the flow.
///
/// Connected, so that the kernel gives it nobody else's datagrams, and tells of ICMP errors.
final class FlowSocket extends DatagramSocket {

    private final Flow flow;

    /// How many messages to ask for at once: follows what came last, so that a single answer costs a single call.
    int burst = 1;

    FlowSocket(int fd, Flow flow) {
        super(fd);
        this.flow = flow;
    }

    @Override
    protected void onReadable(SocketLoop loop) {
        flow.onReadable(this);
    }

    @Override
    protected boolean onFault(Throwable fault) {
        flow.fail(fault);
        return true;
    }
}
