package io.sluice.config.binding;

import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.LogLevel;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.ProcessConfig;

import static org.assertj.core.api.Assertions.assertThat;

/// The main context and `events {}`.
class ProcessDirectivesTest {

    private static final String SERVER = "stream { server { listen 1; proxy_pass 127.0.0.1:2; } }\n";

    private static Bound bind(String text, int processors, boolean superuser) {
        return Bound.of(text + SERVER, Bound.environment(processors, superuser));
    }

    private static ProcessConfig process(String text) {
        return bind(text, 4, true).config().process();
    }

    @Test
    void whatIsNotWrittenIsAsInNginx() {
        ProcessConfig process = process("worker_processes 1; events {}");

        assertThat(process.workers()).isEqualTo(1);
        assertThat(process.affinity()).isEmpty();
        assertThat(process.connectionsPerWorker()).isEqualTo(512);
        assertThat(process.openFiles()).isEmpty();
        assertThat(process.shutdownTimeout()).isEqualTo(Duration.ZERO);
        assertThat(process.user()).isEmpty();
        assertThat(process.pidFile()).isEqualTo(Path.of("/prefix/sluice.pid"));
        assertThat(process.environment()).isEmpty();
        assertThat(process.errorLogs()).singleElement().satisfies(log -> {
            assertThat(log.target()).isEqualTo(new LogTarget.StandardError());
            assertThat(log.level()).isEqualTo(LogLevel.ERROR);
        });
    }

    @Test
    void everythingCanBeWritten() {
        ProcessConfig process = process("""
                user nobody nogroup;
                worker_processes auto;
                worker_rlimit_nofile 65535;
                worker_shutdown_timeout 1h30m;
                pid run/proxy.pid;
                env TZ;
                env MODE=test;
                events { worker_connections 4096; }
                """);

        assertThat(process.user()).hasValueSatisfying(user -> {
            assertThat(user.user()).isEqualTo("nobody");
            assertThat(user.group()).isEqualTo(Optional.of("nogroup"));
        });
        assertThat(process.workers()).isEqualTo(4);
        assertThat(process.connectionsPerWorker()).isEqualTo(4096);
        assertThat(process.openFiles()).isEqualTo(OptionalInt.of(65535));
        assertThat(process.shutdownTimeout()).isEqualTo(Duration.ofMinutes(90));
        assertThat(process.pidFile()).isEqualTo(Path.of("/prefix/run/proxy.pid"));
        assertThat(process.environment()).containsExactly("TZ", "MODE=test");
    }

    @Test
    void absoluteFilesStayWhereTheyAre() {
        assertThat(process("worker_processes 1; pid /run/x.pid; events {}").pidFile()).isEqualTo(Path.of("/run/x.pid"));
    }

    @Test
    void affinityByMasks() {
        ProcessConfig process = process("worker_processes 2; worker_cpu_affinity 0001 0110; events {}");

        assertThat(process.affinity()).containsExactly(processors(0), processors(1, 2));
    }

    @Test
    void theLastMaskServesTheOtherWorkersAndIsWarnedOf() {
        Bound bound = bind("worker_processes 3;\nworker_cpu_affinity 01 10;\nevents {}", 4, true);

        assertThat(bound.lines()).containsExactly("warning affinity-count 2:1 the number of \"worker_processes\" is not"
                + " equal to the number of \"worker_cpu_affinity\" masks, using last mask for remaining worker processes");
        assertThat(bound.result().orElseThrow().process().affinity())
                .containsExactly(processors(0), processors(1), processors(1));
    }

    @Test
    void automaticAffinityGivesEachWorkerAProcessorOfTheMask() {
        assertThat(process("worker_processes 3; worker_cpu_affinity auto; events {}").affinity())
                .containsExactly(processors(0), processors(1), processors(2));
        assertThat(process("worker_processes 3; worker_cpu_affinity auto 1010; events {}").affinity())
                .containsExactly(processors(1), processors(3), processors(1));
    }

    @Test
    void anAbsentWorkerProcessesIsNoticedOnlyWhereItCosts() {
        assertThat(bind("events {}", 4, true).lines()).containsExactly(
                "notice one-worker 1:1 there is no \"worker_processes\", so one worker uses one of 4 processors");
        assertThat(bind("events {}", 1, true).lines()).isEmpty();
        assertThat(bind("events {}", 4, true).result()).isPresent();
    }

    @Test
    void anAbsentEventsBlockIsAWarning() {
        Bound bound = bind("worker_processes 1;\n", 1, true);

        assertThat(bound.lines()).containsExactly("warning no-events 1:1 no \"events\" section in configuration");
        assertThat(bound.result().orElseThrow().process().connectionsPerWorker()).isEqualTo(512);
    }

    @Test
    void userIsIgnoredWithoutPrivileges() {
        Bound bound = bind("user nobody;\nevents {}", 1, false);

        assertThat(bound.lines()).containsExactly("warning user-without-privileges 1:1 the \"user\" directive makes sense"
                + " only if the master process runs with super-user privileges, ignored");
        assertThat(bound.result().orElseThrow().process().user()).isEmpty();
    }

    @Test
    void staysInTheForegroundAndSaysSo() {
        assertThat(bind("daemon on;\nevents {}", 1, true).lines()).containsExactly(
                "notice stays-in-foreground 1:1 \"daemon on\" is accepted, but the process stays in the foreground");
        assertThat(bind("daemon off;\nmaster_process off;\nevents {}", 1, true).lines()).isEmpty();
    }

    @Test
    void internalsOfNginxAreAcceptedWithoutAWord() {
        assertThat(bind("""
                lock_file logs/nginx.lock;
                pcre_jit on;
                thread_pool default threads=32;
                thread_pool other threads=2 max_queue=10;
                timer_resolution 100ms;
                working_directory /tmp;
                debug_points abort;
                worker_priority 5;
                worker_rlimit_core 1g;
                load_module modules/ngx_stream_module.so;
                load_module /usr/lib/nginx/modules/ngx_mail_module.so;
                events {
                    use epoll;
                    multi_accept on;
                    accept_mutex ON;
                    accept_mutex_delay 500ms;
                    worker_aio_requests 32;
                    debug_connection 127.0.0.1;
                    debug_connection unix:;
                }
                """, 1, true).lines()).isEmpty();
    }

    @Test
    void whatHasNoEffectIsCheckedAllTheSame() {
        assertThat(bind("events {\nmulti_accept maybe;\n}\n", 1, true).lines()).containsExactly(
                "error invalid-value 2:14 invalid value \"maybe\" in \"multi_accept\" directive, it must be \"on\" or"
                        + " \"off\"");
    }

    @Test
    void modulesOfHttpAreWarnedOfSinceTheirDirectivesAreRefused() {
        assertThat(bind("load_module modules/ngx_http_perl_module.so;\nevents {}", 1, true).lines())
                .contains("warning module-missing 1:13 module \"ngx_http_perl_module.so\" is not built into Sluice, its"
                        + " directives are refused");
    }

    @Test
    void mailIsSkippedWhateverItContains() {
        assertThat(bind("events {}\nmail { more nonsense; }\n", 1, true).lines()).contains(
                "warning skipped-block 2:1 \"mail\" blocks are not yet supported, this one is skipped");
    }

    private static BitSet processors(int... numbers) {
        BitSet set = new BitSet();
        for (int number : numbers) {
            set.set(number);
        }
        return set;
    }
}
