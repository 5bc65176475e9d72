/// Which server a session is meant for, and whether it is let in.
///
/// Entry: [RouteTable] finds the server by the address a session came to; [AccessRules] are its `allow` and `deny`;
/// [LimitZones] keeps the process's [LimitZone]s, and [SessionLimits] is what one server's `limit_conn` asks of them;
/// [RateZones], [RateZone] and [RequestLimits] are the same for `limit_req`. [RealAddress] finds the client behind proxies.
/// Tables are immutable and built off the loops; zones are shared by all workers. Asking the rules allocates nothing, and a
/// listener knows its site from its installation on; only a server's `limit_conn` costs a session a few objects. Layer 4.
@NullMarked
package io.sluice.route;

import org.jspecify.annotations.NullMarked;
