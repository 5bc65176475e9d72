package io.sluice.bench.load;

import java.util.function.Function;

import io.sluice.transport.StreamSocket;

/// Sends messages and collects their echoes: one stream of the [pattern][Pattern], cut into messages. Confined to the load
/// loop.
abstract sealed class MessageClient extends Client permits EchoClient, WebSocketClient {

    static final int NOT_RIGHT = -1;

    final int messageBytes;

    private final Conversation conversation;

    /// Where in the pattern the next message begins.
    private long sendPosition;

    /// Up to where it has come back.
    private long receivePosition;

    private int receivedOfMessage;

    /// @param first where in the pattern the first message begins; each client has its own, so that an answer meant for
    ///     another one is a wrong answer
    @SuppressWarnings("this-escape") // nothing is done with it before it is whole
    MessageClient(Connections connections, Target target, int messageBytes, long first,
            Function<MessageClient, Conversation> conversation) {
        super(connections, target);
        this.messageBytes = messageBytes;
        this.sendPosition = first;
        this.receivePosition = first;
        this.conversation = conversation.apply(this);
    }

    /// Sends so many messages at once.
    final void send(int count) {
        StreamSocket sink = socket();
        if (count > 0 && sink != null) {
            send(sink, sendPosition, count);
            sendPosition += (long) count * messageBytes;
        }
    }

    /// The same, from a position of the pattern on.
    abstract void send(StreamSocket sink, long position, int count);

    /// Messages can be sent from now on.
    final void beginConversation() {
        conversation.begin(this);
    }

    /// Compares bytes of echoes with what was sent.
    ///
    /// @return how many messages are whole by them; [#NOT_RIGHT] when the client has failed
    final int take(long address, int length) {
        if (receivePosition + length > sendPosition) {
            fail("more bytes than were sent");
            return NOT_RIGHT;
        }
        if (!Pattern.matches(receivePosition, address, length)) {
            fail("wrong bytes");
            return NOT_RIGHT;
        }
        receivePosition += length;
        long received = receivedOfMessage + (long) length;
        receivedOfMessage = (int) (received % messageBytes);
        return (int) (received / messageBytes);
    }

    /// How much is missing of the present message.
    final int missing() {
        return messageBytes - receivedOfMessage;
    }

    /// So many messages are back whole.
    final void onAnswers(int count) {
        if (count > 0) {
            conversation.onAnswers(this, count);
        }
    }

    @Override
    public final void finish() {
        conversation.finish(this);
    }
}
