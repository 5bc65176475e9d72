package io.sluice.config.binding;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.ProcessConfig.UserConfig;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives outside all blocks. Immutable.
final class MainDirectives {

    static final Setting<WorkerCount> WORKERS =
            Setting.of(new ValueType<>("number | auto", WorkerCount::parse, "\"%2$s\" directive invalid value"), "1");

    static final Setting<CpuAffinity> AFFINITY = Setting.optional(ValueType.composed("auto [mask] | mask ..."));

    static final Setting<Integer> OPEN_FILES = Setting.optional(ValueType.NUMBER);

    static final Setting<Duration> SHUTDOWN_TIMEOUT = Setting.of(ValueType.MILLISECONDS, "0s");

    static final Setting<UserConfig> USER = Setting.optional(ValueType.composed("user [group]"));

    static final Setting<Path> PID_FILE = Setting.optional(ValueType.composed("file"));

    static final Setting<Boolean> DAEMON = Setting.of(ValueType.FLAG, "on");

    static final Listing<String> ENVIRONMENT = new Listing<>();

    /// The `events {}` block, at most one.
    static final Listing<Scope> EVENTS_BLOCKS = new Listing<>();

    /// The `http {}` block, at most one.
    static final Listing<ModuleBlock> HTTP_BLOCKS = new Listing<>();

    /// The `stream {}` block, at most one.
    static final Listing<ModuleBlock> STREAM_BLOCKS = new Listing<>();

    /// Modules of nginx whose directives are known here, or belong to blocks that are skipped.
    private static final Set<String> BUILT_IN_MODULES = Set.of("ngx_stream_module.so", "ngx_mail_module.so");

    static final List<DirectiveSpec> ROWS = List.of(
            row("user").in(MAIN).takes(ONE_OR_TWO, "user [group]").defaultsTo("nobody").by(MainDirectives::user)
                    .means("Whom the process becomes once its sockets are bound; without a group, the group of that name."),
            row("worker_processes").in(MAIN).value(WORKERS)
                    .means("Number of workers, each an event loop of its own; `auto` is one for each processor."),
            row("worker_cpu_affinity").in(MAIN).takes(ONE_OR_MORE, "mask ... | auto [mask]").by(MainDirectives::affinity)
                    .means("Which processors each worker runs on: a binary mask for each, or one processor each."),
            row("worker_rlimit_nofile").in(MAIN).value(OPEN_FILES)
                    .means("Limit on open files of the process."),
            row("worker_shutdown_timeout").in(MAIN).since("1.11.11").value(SHUTDOWN_TIMEOUT)
                    .means("How long a graceful stop waits for sessions before it closes them; 0 waits for the last."),
            row("pid").in(MAIN).takes(ONE, "file")
                    .by(d -> d.path(d.argument(0)).ifPresent(path -> d.scope().put(PID_FILE, path)))
                    .means("File that holds the process id while the server runs."),
            row("env").in(MAIN).takes(ONE, "variable[=value]").repeatable()
                    .by(d -> d.scope().add(ENVIRONMENT, d.text(0)))
                    .means("An environment variable to keep or to set."),
            row("load_module").in(MAIN).since("1.9.11").takes(ONE, "file").repeatable().by(MainDirectives::loadModule)
                    .means("Accepted for modules whose work is built in; an error for others."),
            row("events").in(MAIN).takes(BLOCK, "").by(d -> d.scope().add(EVENTS_BLOCKS, d.open(EVENTS)))
                    .means("Holds what concerns connection processing."),
            row("stream").in(MAIN).since("1.9.0").takes(BLOCK, "")
                    .by(d -> d.scope().add(STREAM_BLOCKS, d.openModule(STREAM, BuiltInVariables.STREAM)))
                    .means("Holds TCP and UDP servers."),
            row("http").in(MAIN).takes(BLOCK, "")
                    .by(d -> d.scope().add(HTTP_BLOCKS, d.openModule(HTTP, BuiltInVariables.HTTP)))
                    .means("Holds HTTP servers."),
            row("mail").in(MAIN).takes(BLOCK, "").skipped("Holds mail proxy servers."),
            row("daemon").in(MAIN).value(DAEMON).by(MainDirectives::daemon)
                    .inert("Whether to go to the background.",
                            "The process stays in the foreground, where service managers want it."),
            row("master_process").in(MAIN).value(Setting.of(ValueType.FLAG, "on"))
                    .inert("Whether to start worker processes.", "Workers are threads of one process."),
            row("worker_priority").in(MAIN).value(Setting.of(ValueType.NUMBER, "0"))
                    .inert("Niceness of worker processes.", "Set it where the process is started."),
            row("worker_rlimit_core").in(MAIN).value(Setting.optional(ValueType.OFFSET))
                    .inert("Limit on the size of core files.", "Set it where the process is started."),
            row("working_directory").in(MAIN).takes(ONE, "directory")
                    .inert("Where core files are written.", "Set it where the process is started."),
            row("debug_points").in(MAIN).takes(ONE, "abort | stop")
                    .inert("What to do when an internal error is found.", "A debugging aid of nginx's own code."),
            row("lock_file").in(MAIN).takes(ONE, "file").defaultsTo("logs/nginx.lock")
                    .inert("Prefix of lock files.", "Nothing is locked by files here."),
            row("pcre_jit").in(MAIN).since("1.1.12").value(Setting.of(ValueType.FLAG, "off"))
                    .inert("Whether regular expressions are compiled to machine code.", "PCRE is not used."),
            row("thread_pool").in(MAIN).since("1.7.11").takes(ONE_OR_MORE, "name threads=number [max_queue=number]")
                    .defaultsTo("default threads=32 max_queue=65536").repeatable()
                    .inert("Threads that read and send files.", "Files are sent by the workers themselves."),
            row("timer_resolution").in(MAIN).value(Setting.optional(ValueType.MILLISECONDS))
                    .inert("How often the time is asked for.", "The clock is read once for each turn of an event loop."),
            row("ssl_engine").in(MAIN).takes(ONE, "device")
                    .notYet("The hardware accelerator that OpenSSL uses."),
            row("ssl_object_cache_inheritable").in(MAIN).since("1.27.4").value(Setting.of(ValueType.FLAG, "on"))
                    .inert("Whether TLS objects are kept through a reload.", "Files are read afresh at each reload."),
            row("quic_bpf").in(MAIN).since("1.25.0").value(Setting.of(ValueType.FLAG, "off"))
                    .notYet("Routes QUIC packets by eBPF."));

    /// `worker_processes`: a number, or one for each processor.
    record WorkerCount(int number, boolean auto) {

        static Optional<WorkerCount> parse(String text) {
            return "auto".equals(text)
                    ? Optional.of(new WorkerCount(0, true))
                    : ValueType.number(text).filter(n -> n > 0).map(n -> new WorkerCount(n, false));
        }
    }

    private MainDirectives() {}

    private static void user(Directive directive) {
        if (!directive.run().environment().superuser()) {
            directive.warning("user-without-privileges", directive.nameFragment(),
                    "the \"user\" directive makes sense only if the master process runs with super-user privileges,"
                            + " ignored");
            return;
        }
        Optional<String> group = directive.count() == 2 ? Optional.of(directive.text(1)) : Optional.empty();
        directive.scope().put(USER, new UserConfig(directive.position(), directive.text(0), group));
    }

    private static void affinity(Directive directive) {
        CpuAffinity.read(directive).ifPresent(affinity -> directive.scope().put(AFFINITY, affinity));
    }

    private static void daemon(Directive directive) {
        directive.put(DAEMON);
        if (directive.scope().own(DAEMON).orElse(false)) {
            Fragment name = directive.nameFragment();
            directive.run().notice("stays-in-foreground", name.position(), name.length(),
                    "\"daemon on\" is accepted, but the process stays in the foreground", Optional.empty());
        }
    }

    private static void loadModule(Directive directive) {
        String module = directive.text(0).substring(directive.text(0).lastIndexOf('/') + 1);
        if (module.startsWith("ngx_http_")) {
            directive.warning("module-missing", directive.argument(0),
                    "module \"" + module + "\" is not built into Sluice, its directives are refused");
        } else if (!BUILT_IN_MODULES.contains(module)) {
            directive.error("not-supported", directive.argument(0),
                    "module \"" + directive.text(0) + "\" is not built into Sluice");
        }
    }
}
