package io.sluice.transport.channel;

import io.netty.channel.ChannelId;

/// The name of a channel: a number that is new within its process's loop. Immutable.
///
/// Netty's own name carries machine, process, time and a random number, some 100 bytes a channel.
record ChannelNumber(long number) implements ChannelId {

    private static final long serialVersionUID = 1;

    @Override
    public String asShortText() {
        return Long.toHexString(number);
    }

    @Override
    public String asLongText() {
        return asShortText();
    }

    @Override
    public int compareTo(ChannelId other) {
        return other instanceof ChannelNumber its
                ? Long.compare(number, its.number)
                : asLongText().compareTo(other.asLongText());
    }
}
