package io.sluice.server;

import java.util.List;

import io.sluice.config.model.LogLevel;

/// A server could not start; nothing of it remains. Immutable.
public final class StartException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<LoadedConfig.Message> messages;

    /// @param messages why, in nginx's words where it has any: `bind() to 127.0.0.1:8080 failed (98: Address already in use)`
    public StartException(List<LoadedConfig.Message> messages) {
        super(messages.isEmpty() ? "" : messages.getLast().line());
        this.messages = List.copyOf(messages);
    }

    /// A system call or a file stood in the way; its message says which.
    static StartException of(Exception cause) {
        StartException made = new StartException(
                List.of(new LoadedConfig.Message(LogLevel.EMERG, String.valueOf(cause.getMessage()))));
        made.initCause(cause);
        return made;
    }

    /// Everything there is to say, the decisive message last.
    public List<LoadedConfig.Message> messages() {
        return messages;
    }
}
