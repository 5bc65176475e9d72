package io.sluice.http.files;

import io.netty.buffer.ByteBuf;

import io.sluice.transport.channel.FileSection;

/// An open file, or the error that kept it from being opened. Confined to its worker's event loop.
///
/// What [#status] says is of the descriptor itself, so that it is true of what is sent, whatever became of the path.
///
///     channel.write(file.section(offset, length));
///     file.close();                                  // the sections keep the descriptor as long as they need it
public interface OpenedFile extends AutoCloseable {

    /// What was opened.
    FileStatus status();

    /// A part of it to send; it is the caller's, and outlives [#close].
    FileSection section(long offset, long length);

    /// Reads a part into a direct buffer, where the bytes have to be changed on their way.
    ///
    /// @return how many were read, 0 at the file's end, or a negated error number
    int read(long offset, ByteBuf into, int length);

    /// Gives the descriptor up.
    @Override
    void close();
}
