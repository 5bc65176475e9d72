package io.sluice.config.binding;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// Warnings of what is legal but strange.
class AdviceTest {

    @Test
    void unusedNames() {
        assertThat(Bound.stream("""
                upstream idle { server 127.0.0.1:80; }
                log_format never $status;
                limit_conn_zone $remote_addr zone=spare:1m;
                map $remote_addr $nobody { default 1; }
                """).lines()).containsExactly(
                        "warning unused-upstream 3:10 upstream \"idle\" is not used",
                        "warning unused-log-format 4:12 log format \"never\" is not used",
                        "warning unused-limit-conn-zone 5:35 limit_conn zone \"spare\" is not used",
                        "warning unused-variable 6:18 variable \"$nobody\" is not used");
    }

    @Test
    void aComputedTargetMayNameAnyUpstream() {
        assertThat(Bound.of("""
                events {}
                stream {
                    upstream a { server 127.0.0.1:80; }
                    map $remote_port $group { default a; }
                    server { listen 1; proxy_pass $group; }
                }
                """).lines()).isEmpty();
    }

    @Test
    void nothingIsCalledUnusedWhereANameWasMisspelled() {
        assertThat(Bound.of("""
                events {}
                stream {
                    upstream backend { server 127.0.0.1:80; }
                    server { listen 1; proxy_pass bakend; }
                }
                """).lines()).containsExactly("error invalid-upstream 4:35 no port in upstream \"bakend\"");
    }

    @Test
    void parametersWithoutEffect() {
        assertThat(Bound.upstream("server 127.0.0.1:80 weight=5;").lines()).containsExactly(
                "warning no-effect 4:21 \"weight=5\" has no effect, there is no other server to compare with");
        assertThat(Bound.upstream("server 127.0.0.1:80 backup;\nserver 127.0.0.1:81;\nhash $remote_addr;").lines())
                .containsExactly("warning no-effect 4:21 \"backup\" has no effect with this balancing method");
        assertThat(Bound.upstream("server 127.0.0.1:80 weight=5;\nserver 127.0.0.1:81;").lines()).isEmpty();
    }

    @Test
    void groupsThatCannotWork() {
        assertThat(Bound.upstream("server 127.0.0.1:80 down;\nserver 127.0.0.1:81 down;").lines()).containsExactly(
                "warning all-down 3:10 all servers of upstream \"u\" are down");
        assertThat(Bound.upstream("server 127.0.0.1:80;\nserver 127.0.0.1:80;").lines()).containsExactly(
                "warning repeated-server 5:8 server \"127.0.0.1:80\" occurs twice in this upstream");
    }

    @Test
    void rulesThatAreNeverReached() {
        assertThat(Bound.server("deny all;\nallow 10.0.0.0/8;").lines()).containsExactly(
                "warning unreachable-rule 7:1 this rule is never reached, \"deny all\" in line 6 comes first");
        assertThat(Bound.server("allow 10.0.0.0/8;\ndeny all;").lines()).isEmpty();
    }

    @Test
    void mapsThatHideEachOther() {
        assertThat(Bound.stream("""
                map $remote_addr $x { default 1; }
                map $remote_port $x { default 2; }
                log_format f $x;
                access_log /a f;
                """).lines()).containsExactly("warning map-redefined 4:1 map variable \"$x\" is defined again, the one in"
                        + " nginx.conf:3 has no effect");
    }

    @Test
    void aConfigurationThatServesNothing() {
        assertThat(Bound.of("events {}\nstream { }\n").lines()).containsExactly(
                "warning nothing-to-serve 1:1 no server is configured that could be run");
        assertThat(Bound.of("").lines()).containsExactly(
                "warning no-events 0:0 no \"events\" section in configuration",
                "warning nothing-to-serve 0:0 no server is configured that could be run");
    }
}
