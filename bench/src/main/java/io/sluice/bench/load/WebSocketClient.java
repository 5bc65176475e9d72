package io.sluice.bench.load;

import java.util.function.Function;

import io.sluice.transport.StreamSocket;

/// Has a connection upgraded, then sends each message as a frame of WebSocket. Confined to the load loop.
final class WebSocketClient extends MessageClient {

    /// The largest message that leaves in one run.
    static final int MAX_MESSAGE_BYTES = Pattern.MAX_RUN - WebSocketFrames.MAX_HEADER_BYTES;

    private static final int SWITCHING_PROTOCOLS = 101;

    /// The same for all frames: nobody is to be protected, and a trace is readable.
    private static final int MASK = 0x5a_c3_17_e9;

    private final ResponseHead head = new ResponseHead(SWITCHING_PROTOCOLS);

    private final WebSocketFrames.Header header = new WebSocketFrames.Header();

    private boolean upgraded;

    WebSocketClient(Connections connections, Target target, int messageBytes, long first,
            Function<MessageClient, Conversation> conversation) {
        super(connections, target, messageBytes, first, conversation);
    }

    @Override
    void onConnected(StreamSocket established) {
        established.startBytes();
        WebText.UPGRADE_REQUEST.send(established);
    }

    @Override
    public void onBytes(StreamSocket source, long address, int length) {
        if (upgraded) {
            onFrames(address, length);
            return;
        }
        int end = head.find(address, length);
        if (head.isWrong()) {
            fail("the proxy did not answer 101");
            return;
        }
        if (end == 0) {
            return;
        }
        upgraded = true;
        if (end < length) {
            fail("bytes that nobody asked for");
        } else {
            beginConversation();
        }
    }

    private void onFrames(long address, int length) {
        int answers = 0;
        int done = 0;
        while (done < length) {
            if (header.isWhole()) {
                int part = Math.min(length - done, missing());
                int whole = take(address + done, part);
                if (whole == NOT_RIGHT) {
                    return;
                }
                if (whole > 0) {
                    header.reset();
                }
                answers += whole;
                done += part;
            } else {
                done += header.take(address + done, length - done);
                if (header.isWhole() && (header.isWrong() || header.isMasked() || header.payloadBytes() != messageBytes)) {
                    fail("a frame that nobody sent");
                    return;
                }
            }
        }
        onAnswers(answers);
    }

    @Override
    void send(StreamSocket sink, long position, int count) {
        long memory = connections.loop().scratch();
        int used = 0;
        for (int i = 0; i < count; i++) {
            if (used + WebSocketFrames.MAX_HEADER_BYTES + messageBytes > Pattern.MAX_RUN) {
                sink.send(memory, used);
                used = 0;
            }
            used += WebSocketFrames.putMaskedHeader(memory + used, messageBytes, MASK);
            WebSocketFrames.mask(Pattern.at(position + (long) i * messageBytes), memory + used, messageBytes, MASK, 0);
            used += messageBytes;
        }
        sink.send(memory, used);
    }
}
