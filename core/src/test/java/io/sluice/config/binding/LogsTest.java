package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.AccessLogConfig;
import io.sluice.config.model.ByteSize;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.ErrorLogConfig;
import io.sluice.config.model.LogFormatConfig.Escape;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.TemplateConfig;

import static org.assertj.core.api.Assertions.assertThat;

/// `log_format`, `access_log` and `error_log`.
class LogsTest {

    private static AccessLogConfig accessLog(String arguments) {
        return Bound.stream("log_format basic $status;\naccess_log " + arguments + ";")
                .onlyServer().accessLogs().getFirst();
    }

    private static String path(LogTarget target) {
        return ((LogTarget.File) target).path().toString();
    }

    @Test
    void formatsAreJoinedFromTheirPieces() {
        var format = Bound.stream("""
                log_format basic escape=json '{"a":"$remote_addr",'
                                             '"b":"${status}x"}';
                access_log /a basic;
                """).config().stream().logFormats().get("basic");

        assertThat(format).isNotNull();
        assertThat(format.escape()).isEqualTo(Escape.JSON);
        assertThat(format.text().parts()).extracting(Object::getClass).containsExactly(
                TemplateConfig.Literal.class, TemplateConfig.Named.class, TemplateConfig.Literal.class,
                TemplateConfig.Named.class, TemplateConfig.Literal.class);
        assertThat(format.text()).hasToString("{\"a\":\"${remote_addr}\",\"b\":\"${status}x\"}");
    }

    @Test
    void escapes() {
        assertThat(Bound.stream("""
                log_format a $status; log_format b escape=default $status;
                log_format c escape=none $status; log_format d escape=none;
                access_log /a a; access_log /b b; access_log /c c; access_log /d d;
                """).config().stream().logFormats()).satisfies(formats -> {
                    assertThat(formats.values()).hasSize(4);
                    assertThat(formats.get("a")).isNotNull().extracting(f -> f.escape()).isEqualTo(Escape.DEFAULT);
                    assertThat(formats.get("b")).isNotNull().extracting(f -> f.escape()).isEqualTo(Escape.DEFAULT);
                    assertThat(formats.get("c")).isNotNull().extracting(f -> f.escape()).isEqualTo(Escape.NONE);
                    assertThat(formats.get("d")).isNotNull().extracting(f -> f.text().parts()).isEqualTo(List.of());
                });
    }

    @Test
    void aPlainAccessLog() {
        AccessLogConfig log = accessLog("logs/access.log BASIC");

        assertThat(path(log.target())).isEqualTo("/prefix/logs/access.log");
        assertThat(log.format()).isEqualTo("basic");
        assertThat(log.buffer()).isEqualTo(ByteSize.ZERO);
        assertThat(log.flush()).isEmpty();
        assertThat(log.gzipLevel()).isEmpty();
        assertThat(log.condition()).isEmpty();
    }

    @Test
    void parametersOfAnAccessLog() {
        AccessLogConfig log = accessLog("/a basic buffer=4k flush=1m gzip=9 if=$limit_conn_status");

        assertThat(log.buffer()).isEqualTo(new ByteSize(4096));
        assertThat(log.flush()).isEqualTo(Optional.of(Duration.ofMinutes(1)));
        assertThat(log.gzipLevel()).isEqualTo(OptionalInt.of(9));
        assertThat(log.condition()).hasValueSatisfying(c -> {
            assertThat(c).hasToString("${limit_conn_status}");
            assertThat(c.position().column()).isEqualTo(50);
        });
        assertThat(accessLog("/a basic gzip").buffer()).isEqualTo(new ByteSize(64 * 1024));
        assertThat(accessLog("/a basic gzip").gzipLevel()).isEqualTo(OptionalInt.of(1));
    }

    @Test
    void aNameWithVariablesBeginsAtThePrefixToo() {
        assertThat(path(accessLog("logs/$protocol.log basic").target())).isEqualTo("/prefix/logs/${protocol}.log");
        assertThat(path(accessLog("$protocol.log basic").target())).isEqualTo("/prefix/${protocol}.log");
        assertThat(path(accessLog("/logs/$protocol.log basic").target())).isEqualTo("/logs/${protocol}.log");
    }

    @Test
    void accessLogsAreReplacedAndSwitchedOffByTheInnerLevel() {
        var servers = Bound.of("""
                events {}
                stream {
                    log_format basic $status;
                    access_log /outer basic;
                    server { listen 1; proxy_pass 127.0.0.1:2; }
                    server { listen 2; proxy_pass 127.0.0.1:2; access_log /a basic; access_log /b basic; }
                    server { listen 3; proxy_pass 127.0.0.1:2; access_log off; }
                    server { listen 4; proxy_pass 127.0.0.1:2; access_log /a basic; access_log off; }
                }
                """).config().stream().servers();

        assertThat(servers).extracting(server -> server.accessLogs().stream().map(l -> path(l.target())).toList())
                .containsExactly(List.of("/outer"), List.of("/a", "/b"), List.of(), List.of());
    }

    @Test
    void switchedOffOutsideAndOnInside() {
        var servers = Bound.of("""
                events {}
                stream {
                    log_format basic $status;
                    access_log off;
                    server { listen 1; proxy_pass 127.0.0.1:2; }
                    server { listen 2; proxy_pass 127.0.0.1:2; access_log /a basic; }
                }
                """).config().stream().servers();

        assertThat(servers.getFirst().accessLogs()).isEmpty();
        assertThat(servers.getLast().accessLogs()).hasSize(1);
    }

    @Test
    void aFormatMayBeDefinedAfterItsUse() {
        assertThat(Bound.stream("access_log /a late;\nlog_format late $status;").lines()).isEmpty();
    }

    @Test
    void severalLogsMayShareAFileIfTheyAgree() {
        assertThat(Bound.stream("""
                log_format basic $status;
                access_log /a basic buffer=1k;
                access_log /a basic buffer=1k;
                access_log /a basic;
                """).lines()).isEmpty();
    }

    @Test
    void syslog() {
        assertThat(accessLog("syslog:server=[::1]:12345,facility=local0,severity=debug,tag=app_1,nohostname basic")
                .target())
                .isEqualTo(new LogTarget.Syslog(new Endpoint.Host("::1", 12345), "local0", "debug", "app_1", false));
        assertThat(accessLog("syslog:server=log.example.com basic").target()).isEqualTo(
                new LogTarget.Syslog(new Endpoint.Host("log.example.com", 514), "local7", "info", "nginx", true));
        assertThat(accessLog("syslog:server=unix:/dev/log basic").target()).isEqualTo(
                new LogTarget.Syslog(new Endpoint.Unix("/dev/log"), "local7", "info", "nginx", true));
    }

    @Test
    void errorLogsOfTheProcess() {
        var logs = Bound.of("""
                error_log logs/error.log;
                error_log stderr notice;
                error_log syslog:server=127.0.0.1 emerg;
                error_log /tmp/debug.log debug_core;
                events {}
                stream { server { listen 1; proxy_pass 127.0.0.1:2; } }
                """).config().process().errorLogs();

        assertThat(logs).extracting(ErrorLogConfig::level)
                .containsExactly(LogLevel.ERROR, LogLevel.NOTICE, LogLevel.EMERG, LogLevel.DEBUG);
        assertThat(path(logs.getFirst().target())).isEqualTo("/prefix/logs/error.log");
        assertThat(logs.get(1).target()).isEqualTo(new LogTarget.StandardError());
    }

    @Test
    void errorLogsOfAServer() {
        var servers = Bound.of("""
                error_log /main;
                events {}
                stream {
                    error_log /stream;
                    server { listen 1; proxy_pass 127.0.0.1:2; }
                    server { listen 2; proxy_pass 127.0.0.1:2; error_log /server info; }
                }
                """).config().stream().servers();

        assertThat(servers).extracting(server -> path(server.errorLogs().getFirst().target()))
                .containsExactly("/stream", "/server");
        assertThat(Bound.server("").onlyServer().errorLogs()).isEmpty();
    }

    @Test
    void aLogCalledOffIsProbablyNotMeant() {
        assertThat(Bound.server("error_log off;").lines()).containsExactly(
                "warning log-file-called-off 6:11 this writes to a file called \"off\"");
    }
}
