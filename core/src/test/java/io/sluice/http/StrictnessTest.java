package io.sluice.http;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Requests that two readers could take for different things: the table of docs/http.md.
class StrictnessTest {

    /// In each request `|` stands for CR LF; a request to `/next` follows, which must not be answered after a refusal.
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "400, GET / HTTP/1.1|Host: a|Content-Length: 3|Transfer-Encoding: chunked||0||",
        "400, GET / HTTP/1.1|Host: a|Content-Length: 3|Content-Length: 4||abcd",
        "400, GET / HTTP/1.1|Host: a|Content-Length: +3||abc",
        "400, GET / HTTP/1.1|Host: a|Content-Length: 3x||abc",
        "400, POST / HTTP/1.1|Host: a|Transfer-Encoding: gzip||abc",
        "501, `POST / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked||0||`",
        "400, POST / HTTP/1.1|Host: a|Transfer-Encoding: xchunked||0||",
        "400, POST / HTTP/1.0|Host: a|Transfer-Encoding: chunked||0||",
        "400, GET / HTTP/1.1|Host : a||",
        "400, GET / HTTP/1.1|Host: a|Host: b||",
        "400, GET / HTTP/1.1||",
        "400, GET / HTTP/1.1|Host: a b||",
        "400, GET / HTTP/1.1|Host: a/b||",
        "400, get / HTTP/1.1|Host: a||",
        "400, GET / HTTP/1.1|: a||",
        "505, GET / HTTP/2.0|Host: a||",
        "405, CONNECT a:80 HTTP/1.1|Host: a||",
        "405, TRACE / HTTP/1.1|Host: a||",
        "400, GET /%00 HTTP/1.1|Host: a||",
        "400, GET /../x HTTP/1.1|Host: a||",
        "400, GET / HTTP/1.1|Host: a|X: b| folded||",
        "400, GET / HTTP/1.1|Host: a|X: b|^folded||",
        "400, GET / HTTP/1.1| X: b|Host: a||",
        "400, GET / HTTP/1.1|Host: a|X: b~c||",
        "400, GET / HTTP/1.1|Host: a|Content-Length: 3|content-length: 3||abc",
        "400, POST / HTTP/1.0|Host: a|Connection: keep-alive|Content-Length: 3|Content-Length: 4||abcd",
        "400, GET / HTTP/1.1|Host: a|Sec-WebSocket-Key1: 1|Sec-WebSocket-Key2: 2||",
    })
    void areRefusedAndTheConnectionEnds(int status, String request) {
        try (RunningProxy proxy = RunningProxy.startHttp(Transport.EPOLL, """
                access_log off;
                server { listen 127.0.0.1:0; location / { return 200 ok; } location /next { return 200 smuggled; } }
                """)) {
            String response = HttpWire.exchange(
                    proxy, request.replace("|", "\r\n").replace('^', '\t').replace('~', '\r') + "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(HttpWire.status(response)).isEqualTo(status);
            assertThat(response).contains("Connection: close\r\n").doesNotContain("smuggled");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz|abc|0||", "-1|a|0||", "3|abcd|0||", "ffffffffffffffffff|a|0||", "1~2|a|0||", "1 2|a|0||"})
    void whatFollowsABrokenChunkIsNoRequest(String body) {
        try (RunningProxy proxy = RunningProxy.startHttp(Transport.EPOLL, """
                access_log off;
                server { listen 127.0.0.1:0; location / { return 200 ok; } location /next { return 200 smuggled; } }
                """)) {
            String request = "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||" + body
                    + "GET /next HTTP/1.1|Host: a|Connection: close||";
            assertThat(HttpWire.exchange(proxy, request.replace("|", "\r\n").replace('~', '\r'))).doesNotContain("smuggled");
        }
    }

    @ParameterizedTest
    @CsvSource({"414, 9000, 1", "400, 1, 9000", "400, 1, 40000"})
    void whatIsTooLong(int status, int uri, int field) {
        try (RunningProxy proxy = RunningProxy.startHttp(Transport.EPOLL, """
                access_log off;
                server { listen 127.0.0.1:0; location / { return 200 ok; } }
                """)) {
            String response = HttpWire.exchange(proxy, "GET /" + "u".repeat(uri) + " HTTP/1.1\r\nHost: a\r\nX: "
                    + "f".repeat(field) + "\r\nConnection: close\r\n\r\n");
            assertThat(HttpWire.status(response)).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "GET http://b.test/x HTTP/1.1|Host: a|Connection: close||, b.test /x",
        "GET //x//y HTTP/1.1|Host: a|Connection: close||, a /x/y",
        "GET /a/./b/../c HTTP/1.1|Host: A.|Connection: close||, a /a/c",
    })
    void whatIsUnderstood(String request, String answer) {
        try (RunningProxy proxy = RunningProxy.startHttp(Transport.EPOLL, """
                access_log off;
                server { listen 127.0.0.1:0; location / { return 200 "$host $uri"; } }
                """)) {
            assertThat(HttpWire.body(HttpWire.exchange(proxy, request.replace("|", "\r\n")))).isEqualTo(answer);
        }
    }
}
