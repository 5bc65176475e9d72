package io.sluice.transport.channel;

import java.nio.channels.WritableByteChannel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

/// A part of an open file, to be written to a [StreamChannel], which sends it by sendfile(2). Confined to its worker's
/// event loop.
///
/// It owns the descriptor and closes it with its last reference, and that of every [#part]. If the file has become shorter than the section, the
/// channel is closed, since what was announced cannot be sent.
public final class FileSection extends AbstractReferenceCounted implements FileRegion {

    /// Other channels have their turn too.
    private static final int MAX_BYTES_AT_ONCE = 1 << 20;

    private final LinuxCalls linux;

    private final int fd;

    private final long position;

    private final long count;

    // Has the descriptor; null: this has it.
    private final @Nullable FileSection owner;

    private long transferred;

    /// @param linux the calls of the channel's loop
    /// @param fd an open file, closed by this
    public FileSection(LinuxCalls linux, int fd, long position, long count) {
        this(linux, fd, position, count, null);
    }

    private FileSection(LinuxCalls linux, int fd, long position, long count, @Nullable FileSection owner) {
        this.linux = linux;
        this.fd = fd;
        this.position = position;
        this.count = count;
        this.owner = owner;
    }

    /// Another part of the same file, to be written and released by itself.
    public FileSection part(long position, long count) {
        FileSection root = owner == null ? this : owner;
        root.retain();
        return new FileSection(linux, fd, position, count, root);
    }

    /// Sends what the socket takes.
    ///
    /// @param memory for one 64-bit number
    /// @return how many bytes went, or a negated error number; 0 when the file ends here
    int sendTo(int socket, long memory) {
        NativeMemory.putLong(memory, position + transferred);
        int sent = linux.sendFile(socket, fd, memory, (int) Math.min(MAX_BYTES_AT_ONCE, count - transferred));
        transferred += Math.max(sent, 0);
        return sent;
    }

    /// Reads part of the file into a direct buffer, for channels that have to change the bytes (TLS).
    ///
    /// @param from counted from the section's beginning
    /// @return how many bytes were read, 0 at the file's end, or a negated error number
    public int read(long from, ByteBuf into, int length) {
        into.ensureWritable(length);
        int read = linux.readAt(fd, WriteBatch.address(into, into.writerIndex(), length), length, position + from);
        if (read > 0) {
            into.writerIndex(into.writerIndex() + read);
        }
        return read;
    }

    boolean isDone() {
        return transferred == count;
    }

    @Override
    public long position() {
        return position;
    }

    @Deprecated
    @Override
    public long transfered() {
        return transferred;
    }

    @Override
    public long transferred() {
        return transferred;
    }

    @Override
    public long count() {
        return count;
    }

    /// Not for other channels: they would copy what the kernel can send by itself.
    @Override
    public long transferTo(WritableByteChannel target, long from) {
        throw new UnsupportedOperationException("a file section is for stream channels only");
    }

    @Override
    protected void deallocate() {
        if (owner == null) {
            linux.close(fd);
        } else {
            owner.release();
        }
    }

    @Override
    public FileSection retain() {
        super.retain();
        return this;
    }

    @Override
    public FileSection retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public FileSection touch() {
        return this;
    }

    @Override
    public FileSection touch(Object hint) {
        return this;
    }
}
