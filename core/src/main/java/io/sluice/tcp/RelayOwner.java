package io.sluice.tcp;

import io.sluice.session.Side;
import io.sluice.stream.SessionResources;
import io.sluice.transport.StreamSocket;

/// What a [RelayDirection] is part of. Confined to its worker's event loop.
interface RelayOwner {

    /// What the worker works with.
    SessionResources resources();

    /// A direction relays its first byte.
    void onFirstByte(Side from);

    /// A direction relays bytes.
    void onProgress();

    /// A direction has passed on everything its source sent before FIN.
    void onDirectionFinished(RelayDirection direction, StreamSocket sink);

    /// A socket has failed.
    void onError(StreamSocket socket, int errno);
}
