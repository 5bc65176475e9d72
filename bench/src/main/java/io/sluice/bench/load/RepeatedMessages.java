package io.sluice.bench.load;

/// One message after the other, some of them outstanding. Confined to the load loop.
final class RepeatedMessages implements Conversation, Exchanger {

    private final Pace pace;

    private final MessageClient client;

    private final Outstanding outstanding;

    /// Messages that leave together, once all of what has arrived is looked at.
    private int gathered;

    private boolean gathering;

    RepeatedMessages(Pace pace, int most, MessageClient client) {
        this.pace = pace;
        this.client = client;
        this.outstanding = new Outstanding(most);
    }

    @Override
    public void begin(MessageClient of) {
        of.ready();
        free(outstanding.most());
    }

    @Override
    public void onAnswers(MessageClient of, int count) {
        long now = System.nanoTime();
        for (int i = 0; i < count; i++) {
            outstanding.complete(pace, now);
        }
        free(count);
    }

    private void free(int count) {
        long now = System.nanoTime();
        gathering = true;
        for (int i = 0; i < count; i++) {
            pace.free(this, now);
        }
        gathering = false;
        int messages = gathered;
        gathered = 0;
        client.send(messages);
    }

    @Override
    public boolean isOpen() {
        return !client.isLost();
    }

    @Override
    public void exchange(long intendedNanos, long nowNanos) {
        outstanding.add(intendedNanos, nowNanos);
        if (gathering) {
            gathered++;
        } else {
            client.send(1);
        }
    }

    @Override
    public void finish(MessageClient of) {
        // The pace ends it.
    }
}
