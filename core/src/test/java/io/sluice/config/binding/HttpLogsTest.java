package io.sluice.config.binding;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.LogTarget;

import static org.assertj.core.api.Assertions.assertThat;

/// Logs of http.
class HttpLogsTest {

    @Test
    void thereIsALogUnlessSaidOtherwise() {
        var http = Bound.location("").config().http();

        assertThat(http.servers().getFirst().root().options().accessLogs()).singleElement().satisfies(log -> {
            assertThat(log.format()).isEqualTo("combined");
            assertThat(((LogTarget.File) log.target()).path()).hasToString("/prefix/logs/access.log");
        });
        assertThat(http.logFormats().get("combined")).satisfies(format -> assertThat(format.text()).hasToString(
                "${remote_addr} - ${remote_user} [${time_local}] \"${request}\" ${status} ${body_bytes_sent}"
                        + " \"${http_referer}\" \"${http_user_agent}\""));
        assertThat(Bound.location("access_log off;").firstLocation().options().accessLogs()).isEmpty();
    }

    @Test
    void logsOfTheInnerLevelReplaceTheOthers() {
        var server = Bound.http("""
                log_format own escape=json '{"uri":"$uri"}';
                access_log /var/log/a.log;
                server {
                    access_log /var/log/b.log own buffer=32k flush=5s if=$arg_log;
                    access_log syslog:server=127.0.0.1 own;
                    location /a { }
                    location /b { access_log off; location /b/c { } }
                    location /c { if ($arg_x) { access_log /var/log/c.log; } }
                }
                """).firstHttpServer();

        assertThat(server.root().options().accessLogs()).extracting(log -> log.format()).containsExactly("own", "own");
        assertThat(server.root().nested().get(0).options().accessLogs()).hasSize(2);
        assertThat(server.root().nested().get(1).options().accessLogs()).isEmpty();
        assertThat(server.root().nested().get(1).nested().getFirst().options().accessLogs()).isEmpty();
    }

    @Test
    void errorLogs() {
        var server = Bound.http("""
                error_log /var/log/e.log;
                server { location /a { } location /b { error_log /var/log/f.log debug; } }
                """).firstHttpServer();

        assertThat(server.root().nested()).extracting(l -> ((LogTarget.File) l.options().errorLogs().getFirst().target())
                .path().toString()).containsExactly("/var/log/e.log", "/var/log/f.log");
        assertThat(Bound.location("").firstLocation().options().errorLogs()).isEmpty();
    }
}
