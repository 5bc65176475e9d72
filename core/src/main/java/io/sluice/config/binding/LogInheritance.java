package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.AccessLogConfig;
import io.sluice.config.model.ErrorLogConfig;

/// Which logs hold for a block: its own, or those of the nearest block around it that has any. Used during start-up only.
final class LogInheritance {

    private LogInheritance() {}

    /// The access logs; empty for `access_log off`.
    ///
    /// @param otherwise what holds when nobody says anything
    static List<AccessLogConfig> accessLogs(BindingRun run, Scope scope, List<AccessLogConfig> otherwise) {
        Optional<Scope> at = Optional.of(scope);
        while (at.isPresent()) {
            Scope block = at.get();
            if (block.own(LogDirectives.ACCESS_LOG_OFF).isPresent()) {
                return List.of();
            }
            List<AccessLogText> own = block.own(LogDirectives.ACCESS_LOGS);
            if (!own.isEmpty()) {
                return own.stream().map(log -> withFormatAsDefined(run, log.config())).toList();
            }
            at = block.outer();
        }
        return otherwise;
    }

    /// Formats are found without regard to case; the model names them as they were defined.
    private static AccessLogConfig withFormatAsDefined(BindingRun run, AccessLogConfig log) {
        String format = run.logFormats().definition(log.format()).map(Fragment::text).orElse(log.format());
        return new AccessLogConfig(
                log.position(), log.target(), format, log.buffer(), log.flush(), log.gzipLevel(), log.condition());
    }

    /// The error logs; empty when no block of the module has any: then those of the process hold.
    static List<ErrorLogConfig> errorLogs(Scope scope) {
        Optional<Scope> at = Optional.of(scope);
        while (at.isPresent() && at.get().context() != Context.MAIN) {
            List<ErrorLogConfig> own = at.get().own(LogDirectives.ERROR_LOGS);
            if (!own.isEmpty()) {
                return own;
            }
            at = at.get().outer();
        }
        return List.of();
    }

    /// Reports files that two logs would write to in different ways.
    static void checkFiles(BindingRun run, Scope module, List<Scope> blocks) {
        List<AccessLogText> logs = new ArrayList<>(module.own(LogDirectives.ACCESS_LOGS));
        blocks.forEach(block -> logs.addAll(block.own(LogDirectives.ACCESS_LOGS)));
        for (int i = 1; i < logs.size(); i++) {
            AccessLogText log = logs.get(i);
            if (logs.subList(0, i).stream().anyMatch(log::conflictsWith)) {
                run.error("conflicting-parameters", log.path(), "access_log \"" + log.path().text()
                        + "\" already defined with conflicting parameters");
            }
        }
    }
}
