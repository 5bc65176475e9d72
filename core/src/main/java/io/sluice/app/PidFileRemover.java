package io.sluice.app;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Removes the pid file of a process that has given up the right to do so. Confined to one thread at a time: start-up, then
/// the end.
///
/// A pid file usually lies in a directory that belongs to root, where nobody else may remove anything; nginx's master
/// process stays root for such things. Here it is a shell that knows one name, is started before the drop and waits for
/// the end of its input. That comes when the server closes it, and also when the server is killed.
final class PidFileRemover implements AutoCloseable {

    /// Only a file that still holds the server's number is removed. The signals are a terminal's, which reach both.
    private static final String SCRIPT =
            """
            trap '' HUP INT QUIT TERM
            read -r _
            read -r pid <"$1" && [ "$pid" = "$2" ] && rm -f "$1"
            """;

    private static final int SECONDS = 5;

    private final Process shell;

    private PidFileRemover(Process shell) {
        this.shell = shell;
    }

    /// Starts waiting.
    static PidFileRemover start(Path pidFile, long pid) throws IOException {
        return new PidFileRemover(new ProcessBuilder(
                        "/bin/sh", "-c", SCRIPT, "sluice-pid-file", pidFile.toString(), Long.toString(pid))
                .directory(Path.of("/").toFile())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start());
    }

    /// Has the file removed, and waits until that is done.
    @Override
    public void close() throws IOException {
        shell.getOutputStream().close();
        try {
            if (!shell.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the shell that removes it does not answer");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
