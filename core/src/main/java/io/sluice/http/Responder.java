package io.sluice.http;

import io.netty.buffer.ByteBuf;

/// Who answers an exchange. Confined to its worker's event loop.
///
/// After [#release] nothing is called any more.
interface Responder {

    /// Begins to answer. Parts of the body that came before are told right afterwards.
    void start();

    /// Whether more of the request's body is wanted now.
    default boolean wantsRequestBody() {
        return true;
    }

    /// Part of the request's body, the responder's from now on.
    default void onRequestBody(ByteBuf content, boolean last) {
        content.release();
    }

    /// For now no more of the body follows.
    default void onRequestReadComplete() {}

    /// The client takes bytes again, or no more for now.
    default void onDownstreamWritability(boolean writable) {}

    /// Whether a client that has ended its output is taken to be gone.
    default boolean needsClient() {
        return false;
    }

    /// What [Exchange#waitFor] was told to wait for did not come.
    default void onTimeout(Exchange.Waiting what) {}

    /// The exchange ends, or somebody else answers: gives everything back.
    default void release() {}
}
