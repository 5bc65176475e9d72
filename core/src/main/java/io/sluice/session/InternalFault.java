package io.sluice.session;

import java.util.Arrays;
import java.util.stream.Collectors;

import io.sluice.config.model.LogLevel;

/// Something thrown that nobody meant to throw, as the error log tells of it: one line, enough to find the mistake. Immutable.
///
///     errors.log(fault.level(), fault.toString());
public record InternalFault(Throwable thrown) {

    private static final int FRAMES = 8;

    private static final int MAX_CAUSES = 3;

    /// A mistake of this program's is an alert; a JVM that has run out of something may not get over it.
    public LogLevel level() {
        return thrown instanceof VirtualMachineError ? LogLevel.EMERG : LogLevel.ALERT;
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(thrown instanceof VirtualMachineError ? "the JVM has failed: " : "internal fault: ");
        text.append(described(thrown));
        Throwable cause = thrown.getCause();
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            text.append(", caused by ").append(described(cause));
            cause = cause.getCause();
        }
        return text.toString();
    }

    /// A frame is `Class.method(File:line)`: the packages would fill the line.
    private static String described(Throwable throwable) {
        StackTraceElement[] frames = throwable.getStackTrace();
        return throwable
                + Arrays.stream(frames)
                        .limit(FRAMES)
                        .map(InternalFault::described)
                        .collect(Collectors.joining(" < ", frames.length == 0 ? "" : " at ", ""));
    }

    private static String described(StackTraceElement frame) {
        String className = frame.getClassName();
        return className.substring(className.lastIndexOf('.') + 1) + "." + frame.getMethodName() + "("
                + frame.getFileName() + ":" + frame.getLineNumber() + ")";
    }
}
