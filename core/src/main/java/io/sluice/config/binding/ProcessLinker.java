package io.sluice.config.binding;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import io.sluice.config.model.ErrorLogConfig;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.Position;
import io.sluice.config.model.ProcessConfig;

/// Makes the model of the main context and `events {}`. Used during start-up only.
final class ProcessLinker {

    private final BindingRun run;

    private final Scope main;

    /// Where to complain of what is missing.
    private final Position start;

    ProcessLinker(BindingRun run, Scope main, Position start) {
        this.run = run;
        this.main = main;
        this.start = start;
    }

    ProcessConfig link() {
        Scope events = main.own(MainDirectives.EVENTS_BLOCKS).stream().findFirst().orElse(main);
        if (events == main) {
            run.warning("no-events", start, "no \"events\" section in configuration",
                    Optional.of("nginx refuses such a configuration; add: events { }"));
        }
        int workers = workers();
        Optional<CpuAffinity> affinity = main.own(MainDirectives.AFFINITY);
        affinity.ifPresent(a -> a.checkCount(workers));
        List<BitSet> masks = affinity.map(a -> a.forWorkers(workers)).orElse(List.of());
        return new ProcessConfig(
                workers,
                masks,
                events.get(EventsDirectives.CONNECTIONS),
                main.own(MainDirectives.OPEN_FILES).map(OptionalInt::of).orElseGet(OptionalInt::empty),
                main.get(MainDirectives.SHUTDOWN_TIMEOUT),
                main.own(MainDirectives.USER),
                pidFile(),
                errorLogs(),
                main.own(MainDirectives.ENVIRONMENT));
    }

    private int workers() {
        int processors = run.environment().availableProcessors();
        if (main.own(MainDirectives.WORKERS).isEmpty() && processors > 1) {
            run.notice("one-worker", start, 1,
                    "there is no \"worker_processes\", so one worker uses one of " + processors + " processors",
                    Optional.of("worker_processes auto;"));
        }
        MainDirectives.WorkerCount count = main.get(MainDirectives.WORKERS);
        return count.auto() ? processors : count.number();
    }

    private Path pidFile() {
        BindingEnvironment environment = run.environment();
        return main.own(MainDirectives.PID_FILE)
                .orElseGet(() -> environment.prefix().resolve(environment.pidFile()).toAbsolutePath().normalize());
    }

    private List<ErrorLogConfig> errorLogs() {
        List<ErrorLogConfig> own = main.own(LogDirectives.ERROR_LOGS);
        return own.isEmpty()
                ? List.of(new ErrorLogConfig(Position.NONE, run.environment().errorLog(), LogLevel.ERROR))
                : own;
    }
}
