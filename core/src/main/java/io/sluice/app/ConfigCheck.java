package io.sluice.app;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;

import com.fasterxml.jackson.jr.ob.JSON;

import io.sluice.config.syntax.ConfigDump;
import io.sluice.config.syntax.Diagnostic;
import io.sluice.config.syntax.DiagnosticPrinter;
import io.sluice.config.syntax.Severity;

/// `-t` and `-T`: says whether a configuration can be used. Used during start-up only.
///
/// It changes nothing: files are read and names resolved, but no socket is bound and no file created.
///
/// @param out takes dumps and JSON
/// @param err takes everything else
record ConfigCheck(Options options, PrintStream out, PrintStream err) {

    /// Checks, prints, and returns the exit code.
    int run(ConfigLocation location, ConfigLoader loader) {
        CheckedConfig checked = loader.check();
        boolean wellWritten = checked.usable();
        checked = checked.tested();
        return options.format() == Options.OutputFormat.JSON
                ? json(location, checked)
                : text(location, checked, wellWritten);
    }

    private int text(ConfigLocation location, CheckedConfig checked, boolean wellWritten) {
        List<Diagnostic> shown = checked.diagnostics().stream()
                .filter(d -> !options.quiet() || d.severity() != Severity.NOTICE)
                .toList();
        err.print(new DiagnosticPrinter(checked.parsed().sources()).text(shown));
        if (wellWritten && !options.quiet()) {
            err.println("sluice: the configuration file " + location.file() + " syntax is ok");
        }
        if (!checked.usable()) {
            err.println("sluice: configuration file " + location.file() + " test failed");
            return 1;
        }
        if (!options.quiet()) {
            err.println("sluice: configuration file " + location.file() + " test is successful");
        }
        if (options.dump()) {
            try {
                new ConfigDump(checked.parsed()).writeText(out);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return 0;
    }

    private int json(ConfigLocation location, CheckedConfig checked) {
        StringBuilder json = new StringBuilder();
        json.append("{\"configuration\":").append(quoted(location.file().toString()));
        json.append(",\"successful\":").append(checked.usable());
        json.append(",\"diagnostics\":")
                .append(new DiagnosticPrinter(checked.parsed().sources()).json(checked.diagnostics()));
        if (options.dump()) {
            json.append(",\"files\":").append(new ConfigDump(checked.parsed()).json());
        }
        out.println(json.append('}'));
        return checked.usable() ? 0 : 1;
    }

    private static String quoted(String text) {
        try {
            return JSON.std.asString(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to a string
        }
    }
}
