package io.sluice.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.linux.Account;
import io.sluice.transport.linux.Privileges;

/// A file that holds this process's number while it serves. Confined to one thread at a time: start-up, then the end.
///
/// It is written aside and renamed, so a reader sees a whole number or no file; a stale one is replaced. Who is about to
/// become somebody else has it removed by a [PidFileRemover].
///
///     PidFile file = PidFile.write(path, account);
///     serve();
///     file.delete();
final class PidFile {

    private static final String PERMISSIONS = "rw-r--r--";

    private final Path path;

    private final String content;

    private final @Nullable PidFileRemover remover;

    private PidFile(Path path, String content, @Nullable PidFileRemover remover) {
        this.path = path;
        this.content = content;
        this.remover = remover;
    }

    /// Writes the file.
    ///
    /// @param owner whom the process is about to become; empty: it stays who it is
    /// @throws IOException when the directory is missing or not writable
    static PidFile write(Path path, Optional<Account> owner) throws IOException {
        long pid = ProcessHandle.current().pid();
        String content = pid + "\n";
        Path aside = path.resolveSibling(path.getFileName() + "." + pid);
        Files.deleteIfExists(aside);
        try {
            var attributes = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PERMISSIONS));
            var options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (SeekableByteChannel channel = Files.newByteChannel(aside, options, attributes)) {
                channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII)));
            }
            if (owner.isPresent()) {
                Privileges.giveFile(aside.toString(), owner.get());
            }
            PidFileRemover remover = owner.isPresent() ? PidFileRemover.start(path, pid) : null;
            Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE);
            return new PidFile(path, content, remover);
        } catch (IOException e) {
            Files.deleteIfExists(aside);
            throw e;
        }
    }

    Path path() {
        return path;
    }

    /// Removes the file, unless another process has put its own number there.
    ///
    /// @throws IOException when that is not possible; then it is at least emptied, if it may be written
    void delete() throws IOException {
        if (remover != null) {
            remover.close();
        }
        if (!Files.exists(path) || !Files.readString(path, StandardCharsets.US_ASCII).equals(content)) {
            return;
        }
        try {
            Files.delete(path);
        } catch (IOException e) {
            try {
                Files.write(path, new byte[0]);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }
}
