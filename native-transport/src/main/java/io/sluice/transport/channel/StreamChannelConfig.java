package io.sluice.transport.channel;

import java.util.Map;

import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

import io.sluice.transport.StreamSocket;

/// The options of a [StreamChannel]: Netty's general ones and half-closure. Confined to its worker's event loop.
final class StreamChannelConfig extends DefaultChannelConfig {

    /// Netty wants one; what a read brings is decided by [StreamSocket#readLimit].
    private static final RecvByteBufAllocator READ_SIZE =
            new FixedRecvByteBufAllocator(StreamSocket.DEFAULT_READ_LIMIT);

    private final StreamChannel owner;

    private boolean allowHalfClosure;

    StreamChannelConfig(StreamChannel owner) {
        super(owner, READ_SIZE);
        this.owner = owner;
    }

    boolean isAllowHalfClosure() {
        return allowHalfClosure;
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return getOptions(super.getOptions(), ChannelOption.ALLOW_HALF_CLOSURE);
    }

    @SuppressWarnings("unchecked")
    @Override
    public <T> T getOption(ChannelOption<T> option) {
        return option.equals(ChannelOption.ALLOW_HALF_CLOSURE) ? (T) (Boolean) allowHalfClosure : super.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
            allowHalfClosure = (Boolean) value;
            return true;
        }
        return super.setOption(option, value);
    }

    @Override
    protected void autoReadCleared() {
        owner.stopReading();
    }
}
