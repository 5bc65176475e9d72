package io.sluice.bench.load;

import io.sluice.transport.StreamSocket;

/// Asks for documents: again and again on one connection, or on one each. Confined to the load loop.
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
        if (documents.kept()) {
            ready();
            pace.free(this, System.nanoTime());
        } else {
            request(established);
        }
    }

    @Override
    public boolean isOpen() {
        return !isLost();
    }

    @Override
    public void exchange(long intendedNanos, long nowNanos) {
        outstanding.add(intendedNanos, nowNanos);
        StreamSocket kept = socket();
        if (!documents.kept()) {
            connect();
        } else if (kept != null) {
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
                completed();
            }
        }
    }

    private void completed() {
        long now = System.nanoTime();
        outstanding.complete(pace, now);
        pace.free(this, now);
    }

    @Override
    public void onEnd(StreamSocket source) {
        if (documents.kept()) {
            super.onEnd(source);
        } else if (inHead || received < bodyBytes) {
            fail("the proxy closed a connection before the answer was complete");
        } else {
            close();
            completed();
        }
    }
}
