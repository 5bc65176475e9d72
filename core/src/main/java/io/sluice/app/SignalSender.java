package io.sluice.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.sluice.config.model.LogLevel;
import io.sluice.config.syntax.FileFailure;
import io.sluice.session.ErrorSink;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.ProcessCalls;
import io.sluice.transport.linux.Signal;

/// `-s`: signals the process whose number is in the pid file. Immutable.
record SignalSender(Path pidFile, ErrorSink log) {

    /// Sends a signal; returns whether that worked, after having said why not.
    boolean send(Signal signal) {
        String content;
        try {
            content = Files.readString(pidFile, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            log.log(LogLevel.ERROR, FileFailure.message(pidFile.toString(), e));
            return false;
        }
        String number = content.strip();
        int pid = pid(number);
        if (pid <= 0) {
            log.log(LogLevel.ERROR, "invalid PID number \"" + number + "\" in \"" + pidFile + "\"");
            return false;
        }
        int result = new ProcessCalls().kill(pid, signal.number());
        if (result < 0) {
            log.log(LogLevel.ALERT, "kill(" + pid + ", " + signal.number() + ") failed (" + Errno.describe(-result) + ")");
            return false;
        }
        return true;
    }

    /// The number, or 0. Negative numbers mean process groups to kill(2), so they are none.
    private static int pid(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
