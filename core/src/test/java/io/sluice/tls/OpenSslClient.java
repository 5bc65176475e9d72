package io.sluice.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs `openssl s_client`: sends a line once connected, reads until it comes back or the program ends. Confined to the
/// test's thread.
final class OpenSslClient {

    static final String LINE = "come back";

    private static final long LIMIT_SECONDS = 20;

    private OpenSslClient() {}

    static String run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            // The program reads its input only when the handshake is done.
            process.getOutputStream().write((LINE + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            // A client that waits in vain ends, and the test's assertion shows what it saw.
            process.onExit().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).exceptionally(_ -> process.destroyForcibly());
            StringBuilder output = new StringBuilder();
            InputStream in = process.getInputStream();
            byte[] buffer = new byte[8192];
            int count;
            while (!output.toString().contains(LINE) && (count = in.read(buffer)) > 0) {
                output.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            }
            process.getOutputStream().close();
            output.append(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("s_client goes on: " + output);
            }
            return output.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
