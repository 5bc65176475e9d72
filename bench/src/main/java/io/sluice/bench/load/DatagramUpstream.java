package io.sluice.bench.load;

import io.sluice.transport.DatagramBatch;
import io.sluice.transport.ListenException;
import io.sluice.transport.SocketLoop;

/// Sends datagrams back to where they came from, trains as trains. Confined to the load loop.
final class DatagramUpstream extends LoadDatagramSocket {

    DatagramUpstream(SocketLoop loop, ListenAddress address, LoadCounters counters) throws ListenException {
        super(loop, counters, address);
        watch();
    }

    @Override
    void onMessage(DatagramBatch batch, int message, long nowNanos) {
        counters.forwarded(batch.datagrams(message));
        burst.add(
                batch.address(message), batch.length(message), batch.segmentBytes(message),
                batch.source(message), batch.sourceLength(message), DatagramBurst.ANY_SOURCE);
    }
}
