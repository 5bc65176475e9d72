package io.sluice.bench.load;

import java.util.function.Function;

import io.sluice.transport.StreamSocket;

/// Messages as they are, one behind the other. Confined to the load loop.
final class EchoClient extends MessageClient {

    EchoClient(Connections connections, Target target, int messageBytes, long first,
            Function<MessageClient, Conversation> conversation) {
        super(connections, target, messageBytes, first, conversation);
    }

    @Override
    void onConnected(StreamSocket established) {
        established.startBytes();
        beginConversation();
    }

    @Override
    void send(StreamSocket sink, long position, int count) {
        long left = (long) count * messageBytes;
        long at = position;
        while (left > 0) {
            int run = (int) Math.min(left, Pattern.MAX_RUN);
            sink.send(Pattern.at(at), run);
            at += run;
            left -= run;
        }
    }

    @Override
    public void onBytes(StreamSocket source, long address, int length) {
        onAnswers(take(address, length));
    }
}
