/// What a request is for: from its target to the location, the rewritten URI and the URI asked upstream.
///
/// Entry: [Routing] is a server's locations and scripts, and [Routing#route] takes a request through them; [RequestTarget] is
/// the request's URI, [HostName] its host. [UpstreamUri] and [ResponseRewrites] are for what goes upstream and comes back.
/// Compiled objects are immutable, built off the loops; a request's own are confined to its worker. No sockets, no files:
/// what a request has comes through [RewriteTarget]. Finding a location allocates nothing; scripts, regular expressions and
/// URIs that need decoding do. Layer 6, with http.
@NullMarked
package io.sluice.http.routing;

import org.jspecify.annotations.NullMarked;
