package io.sluice.bench.load;

/// One message, then nothing; another one at the end, which tells that the connection still is one. Confined to the load
/// loop.
final class HeldMessage implements Conversation {

    static final HeldMessage INSTANCE = new HeldMessage();

    private HeldMessage() {}

    @Override
    public void begin(MessageClient client) {
        client.send(1);
    }

    @Override
    public void onAnswers(MessageClient client, int count) {
        if (client.isReady()) {
            client.counters.ended();
        } else {
            client.counters.unit(0);
            client.ready();
        }
    }

    @Override
    public void finish(MessageClient client) {
        if (client.isReady() && !client.isLost()) {
            client.counters.begun();
            client.send(1);
        }
    }
}
