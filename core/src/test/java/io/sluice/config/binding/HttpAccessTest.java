package io.sluice.config.binding;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.AccessRuleConfig.Subject;
import io.sluice.config.model.LocationOptions.AccessOptions;
import io.sluice.config.model.LogLevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/// Who may ask: rules, limits, `limit_except`, `internal`, the real address.
class HttpAccessTest {

    private static AccessOptions access(String directives) {
        return Bound.location(directives).firstLocation().options().access();
    }

    @Test
    void defaultsAreThoseOfNginx() {
        AccessOptions access = access("");

        assertThat(access.rules()).isEmpty();
        assertThat(access.satisfyAny()).isFalse();
        assertThat(access.connectionStatus()).isEqualTo(503);
        assertThat(access.requestStatus()).isEqualTo(503);
        assertThat(access.requestLogLevel()).isEqualTo(LogLevel.ERROR);
        assertThat(access.internal()).isFalse();
        assertThat(access.exceptMethods()).isEmpty();
        assertThat(access.realIp().trusted()).isEmpty();
        assertThat(access.realIp().header()).isEqualTo("x-real-ip");
    }

    @Test
    void rules() {
        AccessOptions access = access("allow 10.0.0.0/8;\nallow ::1;\nallow unix:;\ndeny all;\nsatisfy any;\ninternal;");

        assertThat(access.rules()).extracting(rule -> rule.allow()).containsExactly(true, true, true, false);
        assertThat(access.rules().getLast().subject()).isInstanceOf(Subject.All.class);
        assertThat(access.satisfyAny()).isTrue();
        assertThat(access.internal()).isTrue();
    }

    @Test
    void limitExceptIsForOtherMethods() {
        var location = Bound.location("limit_except GET PUT { allow 10.0.0.1; deny all; }\nlocation /in { }")
                .firstLocation();

        assertThat(location.options().access().exceptMethods()).containsExactlyInAnyOrder("GET", "HEAD", "PUT");
        assertThat(location.options().access().exceptRules()).hasSize(2);
        assertThat(location.options().access().rules()).isEmpty();
        assertThat(location.nested().getFirst().options().access().exceptMethods()).isEmpty();
    }

    @Test
    void limits() {
        Bound bound = Bound.http("""
                limit_conn_zone $binary_remote_addr zone=conns:1m;
                limit_req_zone $binary_remote_addr zone=fast:10m rate=10r/s;
                limit_req_zone $server_name zone=slow:1m rate=30r/m;
                server {
                    limit_conn conns 5;
                    limit_conn_status 429;
                    limit_req zone=fast burst=20 nodelay;
                    limit_req zone=slow burst=10 delay=4;
                    limit_req_status 444;
                    limit_req_log_level warn;
                    limit_req_dry_run on;
                    location / { limit_req zone=slow; }
                }
                """.replace("444", "429"));

        assertThat(bound.config().http().requestZones()).extracting(z -> z.name(), z -> z.milliRate())
                .containsExactly(tuple("fast", 10_000L), tuple("slow", 500L));
        assertThat(bound.config().http().limitZones()).hasSize(1);
        AccessOptions server = bound.firstHttpServer().root().options().access();
        assertThat(server.connections().limits()).extracting(l -> l.connections()).containsExactly(5);
        assertThat(server.connectionStatus()).isEqualTo(429);
        assertThat(server.requests()).extracting(r -> r.zone(), r -> r.burst(), r -> r.delayAfter())
                .containsExactly(tuple("fast", 20, 20), tuple("slow", 10, 4));
        assertThat(server.requestLogLevel()).isEqualTo(LogLevel.WARN);
        assertThat(server.requestDryRun()).isTrue();
        assertThat(bound.firstLocation().options().access().requests())
                .extracting(r -> r.zone(), r -> r.burst(), r -> r.delayAfter()).containsExactly(tuple("slow", 0, 0));
        assertThat(bound.firstLocation().options().access().requestStatus()).isEqualTo(429);
    }

    @Test
    void aZoneThatNobodyUsesIsWarnedOf() {
        assertThat(Bound.http("limit_req_zone $uri zone=a:1m rate=1r/s;\nserver { }").lines()).containsExactly(
                "warning unused-limit-req-zone 3:26 limit_req zone \"a\" is not used");
    }

    @Test
    void theRealAddress() {
        AccessOptions access = access("""
                set_real_ip_from 10.0.0.0/8;
                set_real_ip_from localhost;
                set_real_ip_from unix:;
                real_ip_header X-Forwarded-For;
                real_ip_recursive on;
                """);

        assertThat(access.realIp().trusted()).hasSize(3).allMatch(rule -> rule.allow());
        assertThat(access.realIp().header()).isEqualTo("x-forwarded-for");
        assertThat(access.realIp().recursive()).isTrue();
    }
}
