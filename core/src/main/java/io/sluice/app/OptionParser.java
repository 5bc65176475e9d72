package io.sluice.app;

import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/// Reads the command line exactly as nginx does. Confined to one thread: the thread that made it.
///
/// One-letter options may share a dash (`-tq`), and a value follows its letter at once (`-cfile`) or as the next argument,
/// whatever that looks like. Beyond nginx there are `demo`, `--version`, `--help` and `--format=text|json`.
///
/// A library would read most of this; it was left because nginx's rules and messages would have to be put around it, and
/// because loading one took 60 ms of a start that takes 200.
final class OptionParser {

    private static final String FORMAT = "--format=";

    private final String[] arguments;

    private int index;
    private boolean version;
    private boolean build;
    private boolean help;
    private boolean test;
    private boolean dump;
    private boolean quiet;
    private boolean demo;
    private Options.OutputFormat format = Options.OutputFormat.TEXT;
    private Options.@Nullable Control control;
    private @Nullable String prefix;
    private @Nullable String errorLog;
    private @Nullable String configuration;
    private @Nullable String globalDirectives;

    private OptionParser(String[] arguments) {
        this.arguments = arguments;
    }

    /// Reads the arguments.
    ///
    /// @throws UsageException in nginx's words
    static Options parse(String... arguments) throws UsageException {
        OptionParser parser = new OptionParser(arguments);
        while (parser.index < arguments.length) {
            parser.argument(arguments[parser.index++]);
        }
        return parser.options();
    }

    private void argument(String argument) throws UsageException {
        if (argument.startsWith("--")) {
            longOption(argument);
        } else if (argument.startsWith("-")) {
            letters(argument);
        } else if (argument.equals("demo") && index == 1) {
            demo = true;
        } else {
            throw invalid(argument);
        }
    }

    private void longOption(String argument) throws UsageException {
        switch (argument) {
            case "--version" -> version = true;
            case "--help" -> letter('h', argument);
            case FORMAT + "text" -> format = Options.OutputFormat.TEXT;
            case FORMAT + "json" -> format = Options.OutputFormat.JSON;
            default -> throw invalid(argument);
        }
    }

    private void letters(String argument) throws UsageException {
        for (int i = 1; i < argument.length(); i++) {
            char letter = argument.charAt(i);
            if ("pcegs".indexOf(letter) >= 0) {
                valueOption(letter, argument.substring(i + 1));
                return;
            }
            letter(letter, String.valueOf(letter));
        }
    }

    private void letter(char letter, String written) throws UsageException {
        switch (letter) {
            case 'v' -> version = true;
            case 'V' -> {
                version = true;
                build = true;
            }
            case 'h', '?' -> {
                version = true;
                help = true;
            }
            case 't' -> test = true;
            case 'T' -> {
                test = true;
                dump = true;
            }
            case 'q' -> quiet = true;
            default -> throw invalid(written);
        }
    }

    private void valueOption(char letter, String attached) throws UsageException {
        switch (letter) {
            case 'p' -> prefix = value(letter, attached, "directory name");
            case 'c' -> configuration = value(letter, attached, "file name");
            case 'e' -> errorLog = value(letter, attached, "file name");
            case 'g' -> globalDirectives = value(letter, attached, "parameter");
            case 's' -> control = control(value(letter, attached, "parameter"));
            default -> throw new AssertionError(letter);
        }
    }

    private String value(char letter, String attached, String kind) throws UsageException {
        if (!attached.isEmpty()) {
            return attached;
        }
        if (index == arguments.length) {
            throw new UsageException("option \"-" + letter + "\" requires " + kind);
        }
        return arguments[index++];
    }

    private static Options.Control control(String name) throws UsageException {
        for (Options.Control control : Options.Control.values()) {
            if (control.name().toLowerCase(Locale.ROOT).equals(name)) {
                return control;
            }
        }
        throw invalid("-s " + name);
    }

    private static UsageException invalid(String option) {
        return new UsageException("invalid option: \"" + option + "\"");
    }

    private Options options() {
        return new Options(
                version,
                build,
                help,
                test,
                dump,
                quiet,
                demo,
                format,
                Optional.ofNullable(control),
                Optional.ofNullable(prefix),
                Optional.ofNullable(errorLog),
                Optional.ofNullable(configuration),
                Optional.ofNullable(globalDirectives));
    }
}
