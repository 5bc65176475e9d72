package io.sluice.app;

import java.nio.file.InvalidPathException;

import io.sluice.config.model.LogLevel;
import io.sluice.config.syntax.DiagnosticPrinter;

/// The program behind `scripts/sluice`. Used during start-up only.
public final class Main {

    private Main() {}

    /// Runs the command line; ends the process with nginx's exit codes, 0 or 1.
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String... arguments) {
        Options options;
        try {
            options = OptionParser.parse(arguments);
        } catch (UsageException e) {
            System.err.println("sluice: " + e.getMessage());
            return 1;
        }
        if (options.version()) {
            System.err.print(VersionText.of(options));
            if (!options.test()) {
                return 0;
            }
        }
        if (options.demo()) {
            return Demo.run();
        }
        try {
            return run(options, ConfigLocation.of(options));
        } catch (InvalidPathException e) {
            System.err.println("sluice: [emerg] \"" + e.getInput() + "\" is no file name: " + e.getReason());
            return 1;
        }
    }

    private static int run(Options options, ConfigLocation location) {
        ConfigLoader loader = ConfigLoader.ofFile(location);
        if (options.test()) {
            return new ConfigCheck(options, System.out, System.err).run(location, loader);
        }
        CheckedConfig checked = loader.check();
        if (checked.config().isEmpty()) {
            System.err.print(new DiagnosticPrinter(checked.parsed().sources()).text(checked.diagnostics()));
            return 1;
        }
        StandardErrorLog log = new StandardErrorLog(LogLevel.NOTICE);
        if (options.control().isPresent()) {
            SignalSender sender = new SignalSender(checked.config().get().process().pidFile(), log);
            return sender.send(options.control().get().signal()) ? 0 : 1;
        }
        return new Service(loader.startingWith(checked), log, Service.Announcement.PID_FILE).run(() -> {});
    }
}
