package io.sluice.config.binding;

import java.util.Optional;

import io.sluice.config.model.Position;
import io.sluice.config.syntax.Diagnostic;
import io.sluice.config.syntax.Diagnostics;
import io.sluice.config.syntax.Severity;

/// One run of the binder through one module: the environment, the names met so far, and where complaints go. Used during
/// start-up only.
///
/// The main context has a run, and `stream {}` and `http {}` have their own: their names have nothing to do with each other.
final class BindingRun {

    private final BindingEnvironment environment;

    private final Diagnostics diagnostics;

    private final NameTable upstreams = new NameTable();

    private final NameTable logFormats = new NameTable();

    private final NameTable limitZones = new NameTable();

    private final NameTable requestZones = new NameTable();

    private final VariableTable variables;

    private boolean silent;

    BindingRun(BindingEnvironment environment, Diagnostics diagnostics, BuiltInVariables builtIn) {
        this.environment = environment;
        this.diagnostics = diagnostics;
        this.variables = new VariableTable(builtIn);
    }

    /// A run for a module's block, with names of its own.
    BindingRun module(BuiltInVariables builtIn) {
        BindingRun run = new BindingRun(environment, diagnostics, builtIn);
        run.silent = silent;
        return run;
    }

    BindingEnvironment environment() {
        return environment;
    }

    /// Names of `upstream {}` blocks.
    NameTable upstreams() {
        return upstreams;
    }

    /// Names of `log_format` lines.
    NameTable logFormats() {
        return logFormats;
    }

    /// Names of `limit_conn_zone` lines.
    NameTable limitZones() {
        return limitZones;
    }

    /// Names of `limit_req_zone` lines.
    NameTable requestZones() {
        return requestZones;
    }

    /// Names of variables.
    VariableTable variables() {
        return variables;
    }

    /// Whether complaints are swallowed: what is being read will be skipped anyway.
    boolean silent() {
        return silent;
    }

    /// Does something whose complaints are swallowed.
    void silently(Runnable work) {
        boolean before = silent;
        silent = true;
        try {
            work.run();
        } finally {
            silent = before;
        }
    }

    void error(String code, Fragment at, String message, Optional<String> hint) {
        report(Severity.ERROR, code, at.position(), at.length(), message, hint);
    }

    void error(String code, Fragment at, String message) {
        error(code, at, message, Optional.empty());
    }

    void error(String code, Position at, String message) {
        report(Severity.ERROR, code, at, 1, message, Optional.empty());
    }

    void warning(String code, Fragment at, String message, Optional<String> hint) {
        report(Severity.WARNING, code, at.position(), at.length(), message, hint);
    }

    void warning(String code, Fragment at, String message) {
        warning(code, at, message, Optional.empty());
    }

    void warning(String code, Position at, String message, Optional<String> hint) {
        report(Severity.WARNING, code, at, 1, message, hint);
    }

    void notice(String code, Position at, int length, String message, Optional<String> hint) {
        report(Severity.NOTICE, code, at, length, message, hint);
    }

    private void report(
            Severity severity, String code, Position at, int length, String message, Optional<String> hint) {
        if (!silent) {
            diagnostics.add(new Diagnostic(severity, code, message, at, length, hint));
        }
    }
}
