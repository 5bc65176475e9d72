package io.sluice.config.binding;

import java.util.Optional;

import io.sluice.config.syntax.NameSuggestions;

/// Reports the names that a module uses and nobody defines. Used during start-up only.
final class ModuleNames {

    private ModuleNames() {}

    static void check(BindingRun run) {
        for (Fragment use : run.logFormats().unknown()) {
            run.error("unknown-log-format", use, "unknown log format \"" + use.text() + "\"",
                    NameSuggestions.hint(use.text(), run.logFormats().names()));
        }
        zones(run, run.limitZones(), "limit_conn_zone");
        zones(run, run.requestZones(), "limit_req_zone");
        run.variables().checkUses(run);
    }

    private static void zones(BindingRun run, NameTable names, String directive) {
        for (Fragment use : names.unknown()) {
            run.error("unknown-zone", use, "zero size shared memory zone \"" + use.text() + "\"",
                    NameSuggestions.hint(use.text(), names.names())
                            .or(() -> Optional.of("no " + directive + " defines it")));
        }
    }
}
