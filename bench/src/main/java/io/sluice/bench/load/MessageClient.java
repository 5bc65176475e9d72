package io.sluice.bench.load;

import io.sluice.transport.StreamSocket;

/// Sends a message and collects its echo. Confined to the load loop.
abstract sealed class MessageClient extends Client {

    private final int messageBytes;

    /// Where in the pattern the present message begins.
    private long position;

    private int received;

    /// @param first where in the pattern the first message begins; each client has its own, so that an answer meant for
    ///     another one is a wrong answer
    MessageClient(Connections connections, int port, int messageBytes, long first) {
        super(connections, port);
        this.messageBytes = messageBytes;
        this.position = first;
    }

    final void sendMessage(StreamSocket sink) {
        position += messageBytes;
        received = 0;
        sink.send(Pattern.at(position), messageBytes);
    }

    final boolean answered() {
        return received == messageBytes;
    }

    @Override
    public final void onBytes(StreamSocket source, long address, int length) {
        if (received + length > messageBytes) {
            fail("more bytes than were sent");
        } else if (!Pattern.matches(position + received, address, length)) {
            fail("wrong bytes");
        } else {
            received += length;
            if (answered()) {
                onAnswer(source);
            }
        }
    }

    /// The whole message is back.
    abstract void onAnswer(StreamSocket source);

    /// One message after the other. Confined to the load loop.
    static final class Echo extends MessageClient {

        private long sentNanos;

        Echo(Connections connections, int port, int messageBytes, long first) {
            super(connections, port, messageBytes, first);
        }

        @Override
        void onConnected(StreamSocket established) {
            established.startBytes();
            sentNanos = System.nanoTime();
            sendMessage(established);
        }

        @Override
        void onAnswer(StreamSocket source) {
            long now = System.nanoTime();
            counters.unit(now - sentNanos);
            sentNanos = now;
            sendMessage(source);
        }
    }

    /// One message, then nothing. Confined to the load loop.
    static final class Held extends MessageClient {

        private final Runnable whenIdle;

        Held(Connections connections, int port, int messageBytes, long first, Runnable whenIdle) {
            super(connections, port, messageBytes, first);
            this.whenIdle = whenIdle;
        }

        @Override
        void onConnected(StreamSocket established) {
            established.startBytes();
            sendMessage(established);
        }

        @Override
        void onAnswer(StreamSocket source) {
            counters.unit(0);
            whenIdle.run();
        }
    }

    /// One connection after the other, each for one message; the far end closes it. Confined to the load loop.
    static final class Churn extends MessageClient {

        private long begunNanos;

        Churn(Connections connections, int port, int messageBytes, long first) {
            super(connections, port, messageBytes, first);
        }

        @Override
        public void connect() {
            begunNanos = System.nanoTime();
            super.connect();
        }

        @Override
        void onConnected(StreamSocket established) {
            established.startBytes();
            sendMessage(established);
        }

        @Override
        void onAnswer(StreamSocket source) {
            // The end of the stream follows.
        }

        @Override
        public void onEnd(StreamSocket source) {
            if (!answered()) {
                fail("the proxy closed a connection before the answer was complete");
                return;
            }
            counters.unit(System.nanoTime() - begunNanos);
            close();
            connect();
        }
    }
}
