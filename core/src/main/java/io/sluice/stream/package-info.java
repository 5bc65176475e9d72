/// What TCP sessions and UDP flows share: the compiled server, admission, the walk over the peers, variables, messages,
/// the one exit.
///
/// Entry: [StreamSession], extended by the sessions of `tcp` and the flows of `udp`, and [StreamServer]. Everything but
/// what a generation holds is confined to a worker. Layer 5.
@NullMarked
package io.sluice.stream;

import org.jspecify.annotations.NullMarked;
