package io.sluice.config.syntax;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/// What reading a configuration needs of a file system. Used during start-up only.
public interface FileAccess {

    /// The first bytes of a file, at most `limit`.
    ///
    /// @throws IOException best of the kinds of `java.nio.file`, from which nginx's words are chosen
    byte[] read(String path, int limit) throws IOException;

    /// The paths that match a pattern as glob(3) understands it, in its order; none is not an error.
    List<String> glob(String pattern);

    /// This machine's files.
    static FileAccess local() {
        return new LocalFiles();
    }

    /// No files at all, for a configuration that stands alone.
    static FileAccess none() {
        return new FileAccess() {
            @Override
            public byte[] read(String path, int limit) throws IOException {
                throw new NoSuchFileException(path);
            }

            @Override
            public List<String> glob(String pattern) {
                return List.of();
            }
        };
    }
}
