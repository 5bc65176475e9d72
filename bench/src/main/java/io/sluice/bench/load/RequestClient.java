package io.sluice.bench.load;

import io.sluice.transport.StreamSocket;

/// Asks for documents: again and again on one connection, or on one each. Confined to the load loop.
///
/// A proxy may end a kept connection: with a response that says so, or while nothing is asked for (RFC 9112, section 9.3). The
/// next request has another one then.
final class RequestClient extends Client implements Exchanger {

    private static final int OK = 200;

    private final ResponseHead head = new ResponseHead(OK);

    private final Pace pace;

    private final Documents documents;

    private final Outstanding outstanding = new Outstanding(1);

    /// Where in the pattern the present document begins; the next client's are elsewhere.
    private int position;

    private int next;

    private int bodyBytes;

    /// For an answer, or for the connection to ask on.
    private boolean waiting;

    private boolean inHead = true;

    private int received;

    RequestClient(Connections connections, Target target, Pace pace, Documents documents, long first) {
        super(connections, target);
        this.pace = pace;
        this.documents = documents;
        this.position = (int) (first % Documents.POSITIONS);
        // Clients that begin together do not all ask for the same size.
        this.next = (int) (first % documents.sizes());
    }

    @Override
    public void begin() {
        if (documents.kept()) {
            connect();
        } else {
            ready();
            pace.free(this, System.nanoTime());
        }
    }

    @Override
    void onConnected(StreamSocket established) {
        established.startBytes();
        if (waiting) {
            request(established);
        } else {
            ready();
            pace.free(this, System.nanoTime());
        }
    }

    @Override
    public boolean isOpen() {
        return !isLost();
    }

    @Override
    public void exchange(long intendedNanos, long nowNanos) {
        outstanding.add(intendedNanos, nowNanos);
        waiting = true;
        StreamSocket kept = socket();
        if (kept == null) {
            connect();
        } else {
            request(kept);
        }
    }

    private void request(StreamSocket to) {
        inHead = true;
        head.reset();
        received = 0;
        position = (position + 1) % Documents.POSITIONS;
        next = (next + 1) % documents.sizes();
        bodyBytes = documents.bytes(next);
        documents.request(next).send(to, position);
    }

    @Override
    public void onBytes(StreamSocket source, long address, int length) {
        if (!waiting) {
            super.onBytes(source, address, length);
            return;
        }
        long from = address;
        int left = length;
        if (inHead) {
            int end = head.find(from, left);
            if (head.isWrong()) {
                fail("the proxy did not answer 200");
                return;
            }
            if (end == 0) {
                return;
            }
            inHead = false;
            from += end;
            left -= end;
        }
        if (received + left > bodyBytes) {
            fail("a longer answer than was asked for");
        } else if (!Pattern.matches(position + (long) received, from, left)) {
            fail("wrong bytes");
        } else {
            received += left;
            counters.received(left);
            if (received == bodyBytes && documents.kept()) {
                if (head.closes()) {
                    close();
                }
                completed();
            }
        }
    }

    private void completed() {
        waiting = false;
        long now = System.nanoTime();
        outstanding.complete(pace, now);
        pace.free(this, now);
    }

    @Override
    public void onEnd(StreamSocket source) {
        if (documents.kept() && !waiting) {
            close();
        } else if (inHead || received < bodyBytes) {
            fail("the proxy closed a connection before the answer was complete");
        } else {
            close();
            completed();
        }
    }
}
