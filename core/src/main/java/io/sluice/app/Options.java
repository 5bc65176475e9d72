package io.sluice.app;

import java.util.Optional;

import io.sluice.transport.linux.Signal;

/// What the command line says. Immutable.
///
/// @param version `-v`, and implied by `-V` and `-h`
/// @param build `-V`
/// @param help `-h` and `-?`
/// @param test `-t`, and implied by `-T`
/// @param dump `-T`
/// @param quiet `-q`
/// @param demo the word `demo`
/// @param control `-s`
/// @param prefix `-p`
/// @param errorLog `-e`
/// @param configuration `-c`
/// @param globalDirectives `-g`
record Options(
        boolean version,
        boolean build,
        boolean help,
        boolean test,
        boolean dump,
        boolean quiet,
        boolean demo,
        OutputFormat format,
        Optional<Control> control,
        Optional<String> prefix,
        Optional<String> errorLog,
        Optional<String> configuration,
        Optional<String> globalDirectives) {

    /// How the results of `-t` and `-T` are shown. Immutable.
    enum OutputFormat {
        TEXT,
        JSON
    }

    /// What `-s` asks a running server to do. Immutable.
    enum Control {
        STOP(Signal.TERM),
        QUIT(Signal.QUIT),
        REOPEN(Signal.USR1),
        RELOAD(Signal.HUP);

        private final Signal signal;

        Control(Signal signal) {
            this.signal = signal;
        }

        Signal signal() {
            return signal;
        }
    }
}
