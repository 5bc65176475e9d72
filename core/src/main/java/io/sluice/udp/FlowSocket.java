package io.sluice.udp;

import io.sluice.transport.DatagramSocket;
import io.sluice.transport.SocketLoop;

/// The socket of a flow that is connected to its peer. Confined to the worker that has the flow.
///
/// Connected, so that the kernel gives it nobody else's datagrams, and tells of ICMP errors.
final class FlowSocket extends DatagramSocket {

    /// The most that one flow receives at a time.
    private static final int MAX_BURST = 32;

    private final Flow flow;

    /// How many messages to ask for at once.
    private int burst = 1;

    private int lastTurn;

    FlowSocket(int fd, Flow flow) {
        super(fd);
        this.flow = flow;
    }

    /// How many messages to ask for at once. Asking for one is the cheaper call, and whether there are more shows in the next
    /// turn; so several are asked for only where answers come turn after turn.
    int burst() {
        return burst;
    }

    /// A receive has brought some.
    ///
    /// @param turn the loop's number of this turn
    void received(int messages, int turn) {
        if (messages < burst) {
            burst = Math.max(1, messages);
        } else if (turn - lastTurn <= 1) {
            burst = Math.min(burst * 2, MAX_BURST);
        }
        lastTurn = turn;
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
