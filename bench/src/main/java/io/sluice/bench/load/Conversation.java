package io.sluice.bench.load;

/// What a client does with its messages, whatever they are wrapped in. Confined to the load loop.
sealed interface Conversation permits RepeatedMessages, HeldMessage {

    /// Messages can be sent from now on.
    void begin(MessageClient client);

    /// So many messages are back whole.
    void onAnswers(MessageClient client, int count);

    /// Nothing is to begin any more.
    void finish(MessageClient client);
}
