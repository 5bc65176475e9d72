package io.sluice.server;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.config.model.Position;
import io.sluice.config.model.ProcessConfig;
import io.sluice.config.model.ProcessConfig.UserConfig;
import io.sluice.log.LogSet;
import io.sluice.server.LoadedConfig.Message;
import io.sluice.transport.linux.Account;
import io.sluice.transport.linux.OpenFilesLimit;
import io.sluice.transport.linux.Privileges;

/// What a server that has the process to itself changes about it: `worker_rlimit_nofile` and `user`. Used during start-up
/// only.
///
///     ProcessRights rights = ProcessRights.of(options, process);   // sets the limit
///     rights.handOver(logs, sockets);     // what could not be opened or joined again as somebody else
///     rights.drop(opener);                // for good
final class ProcessRights {

    /// Of a server that changes nothing, or nothing more.
    static final ProcessRights UNCHANGED = new ProcessRights(null);

    /// Whom the process becomes; null: it stays who it is.
    private final @Nullable Account account;

    private ProcessRights(@Nullable Account account) {
        this.account = account;
    }

    /// Changes nothing for a server that is embedded in a program.
    static ProcessRights of(ServerOptions options, ProcessConfig process) throws StartException, IOException {
        if (!options.ownsProcess()) {
            return UNCHANGED;
        }
        if (process.openFiles().isPresent()) {
            OpenFilesLimit.set(process.openFiles().getAsInt());
        }
        return new ProcessRights(Privileges.root() ? find(process) : null);
    }

    /// Looks up the user that the configuration names.
    static void check(ProcessConfig process) throws StartException {
        if (process.user().isPresent()) {
            find(process.user().get());
        }
    }

    /// Started as root without `user`, nginx becomes nobody; so do we.
    private static @Nullable Account find(ProcessConfig process) throws StartException {
        Account found = find(process.user()
                .orElseGet(() -> new UserConfig(Position.NONE, "nobody", Optional.empty())));
        return found.uid() == 0 ? null : found;
    }

    private static Account find(UserConfig user) throws StartException {
        try {
            return Account.find(user.user(), user.group());
        } catch (NoSuchElementException e) {
            throw new StartException(
                    List.of(new Message(LogLevel.EMERG, String.valueOf(e.getMessage()), user.position())));
        }
    }

    /// Whom the process becomes; empty: it stays who it is.
    Optional<Account> account() {
        return Optional.ofNullable(account);
    }

    void handOver(LogSet logs, List<BoundSocket> sockets) throws IOException {
        Account user = account;
        if (user != null) {
            for (var file : logs.files()) {
                if (Files.isRegularFile(file)) { // not /dev/stderr: that is somebody's terminal
                    Privileges.giveFile(file.toString(), user);
                }
            }
            for (BoundSocket socket : sockets) {
                Privileges.giveDescriptor(socket.fd(), user);
            }
        }
    }

    void drop(SocketOpener opener) throws IOException {
        Account user = account;
        if (user != null) {
            opener.dropPrivileges(user);
        }
    }
}
