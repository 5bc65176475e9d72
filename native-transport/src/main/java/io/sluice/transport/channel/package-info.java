/// Netty channels over our sockets, on both transports: what the codecs of Netty ride on.
///
/// Entry: [StreamChannels], one per loop. Everything belongs to the loop's thread. A channel allocates what Netty's pipeline
/// makes (one pooled buffer per delivery) and nothing of its own. Layer 0; no proxy word occurs here.
@NullMarked
package io.sluice.transport.channel;

import org.jspecify.annotations.NullMarked;
