package io.sluice.config.binding;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// Servers for UDP where they cannot be run.
class UdpServersTest {

    private static Bound skipping(String text) {
        return Bound.of(text, Bound.environment(1, true, false));
    }

    @Test
    void aServerForUdpIsSkippedAndItsInsideNotJudged() {
        Bound bound = skipping("""
                events {}
                stream {
                    server { listen 1; proxy_pass 127.0.0.1:2; }
                    server {
                        listen 53 udp reuseport;
                        proxy_responses one;
                        no_such_directive;
                        access_log /x nowhere;
                        limit_conn nothing 1;
                        return $no_such_variable;
                    }
                }
                """);

        assertThat(bound.lines()).containsExactly("warning udp-not-supported 5:19 UDP servers are not yet supported");
        assertThat(bound.hints()).containsExactly("this server is skipped");
        assertThat(bound.result().orElseThrow().stream().servers()).hasSize(1);
    }

    @Test
    void whatItNamesCountsAsUsed() {
        Bound bound = skipping("""
                events {}
                stream {
                    upstream dns { server 127.0.0.1:53; }
                    log_format dns $where;
                    map $remote_addr $where { default x; }
                    limit_conn_zone $remote_addr zone=a:1m;
                    server { listen 1; proxy_pass 127.0.0.1:2; }
                    server { listen 53 udp; proxy_pass dns; access_log /x dns; limit_conn a 1; }
                }
                """);

        assertThat(bound.lines()).containsExactly("warning udp-not-supported 8:24 UDP servers are not yet supported");
    }

    @Test
    void aServerForBothRunsForTcp() {
        Bound bound = skipping("""
                events {}
                stream {
                    server { listen 53; listen 53 udp; proxy_responses 1; proxy_pass 127.0.0.1:53; }
                }
                """);

        assertThat(bound.lines()).containsExactly("warning udp-not-supported 3:35 UDP servers are not yet supported");
        assertThat(bound.hints()).containsExactly("the server runs without this address");
        assertThat(bound.result().orElseThrow().stream().servers()).singleElement()
                .satisfies(server -> assertThat(server.listeners()).hasSize(1));
    }
}
