package io.sluice.udp;

import org.jspecify.annotations.Nullable;

/// Flows that may be given up for others, the oldest first. Confined to its worker's event loop.
///
/// A flow is in it until its client has sent again after an answer, which nobody does who has forged the address it sends from:
/// what connection tracking calls assured (nf_conntrack). Links are in the flows themselves.
final class FlowList {

    private @Nullable Flow oldest;

    private @Nullable Flow newest;

    /// The first to be given up; null: none.
    @Nullable Flow oldest() {
        return oldest;
    }

    void add(Flow flow) {
        flow.listed = true;
        flow.olderFlow = newest;
        flow.newerFlow = null;
        if (newest == null) {
            oldest = flow;
        } else {
            newest.newerFlow = flow;
        }
        newest = flow;
    }

    /// Takes a flow out, if it is in.
    void remove(Flow flow) {
        if (!flow.listed) {
            return;
        }
        flow.listed = false;
        Flow older = flow.olderFlow;
        Flow newer = flow.newerFlow;
        if (older == null) {
            oldest = newer;
        } else {
            older.newerFlow = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.olderFlow = older;
        }
        flow.olderFlow = null;
        flow.newerFlow = null;
    }
}
