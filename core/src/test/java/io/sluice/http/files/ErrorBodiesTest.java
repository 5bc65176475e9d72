package io.sluice.http.files;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.config.model.LocationOptions.ResponseOptions.ServerTokens;

import static org.assertj.core.api.Assertions.assertThat;

/// Pages and first lines of responses that nobody else made.
class ErrorBodiesTest {

    private final ErrorBodies bodies = new ErrorBodies("1.2.3", "nightly");

    @Test
    void aPage() {
        assertThat(page(404, ServerTokens.OFF)).isEqualTo("<html>\r\n<head><title>404 Not Found</title></head>\r\n"
                + "<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>sluice</center>\r\n</body>\r\n"
                + "</html>\r\n");
        assertThat(page(404, ServerTokens.ON)).contains("<hr><center>sluice/1.2.3</center>\r\n");
        assertThat(page(404, ServerTokens.BUILD)).contains("<hr><center>sluice/1.2.3 (nightly)</center>\r\n");
        assertThat(new ErrorBodies("1", "").serverName(ServerTokens.BUILD)).isEqualTo("sluice/1");
    }

    @ParameterizedTest
    @CsvSource({
        "494, Request Header Or Cookie Too Large",
        "495, The SSL certificate error",
        "496, No required SSL certificate was sent",
        "497, The plain HTTP request was sent to HTTPS port",
    })
    void badRequestsOfMoreThanOneKind(int status, String what) {
        assertThat(page(status, ServerTokens.OFF)).isEqualTo("<html>\r\n<head><title>400 " + what
                + "</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>" + what
                + "</center>\r\n<hr><center>sluice</center>\r\n</body>\r\n</html>\r\n");
        assertThat(ErrorBodies.statusToTell(status)).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "301, 301 Moved Permanently, 301 Moved Permanently",
        "302, 302 Found, 302 Moved Temporarily",
        "401, 401 Authorization Required, 401 Unauthorized",
        "503, 503 Service Temporarily Unavailable, 503 Service Temporarily Unavailable",
        "505, 505 HTTP Version Not Supported, 505 HTTP Version Not Supported",
    })
    void wordsOfPageAndStatusLine(int status, String page, String line) {
        assertThat(page(status, ServerTokens.OFF)).contains("<h1>" + page + "</h1>");
        assertThat(new String(StatusLine.of(status), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 " + line + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 304, 407, 417, 418, 420, 444, 499, 506, 599})
    void noPage(int status) {
        assertThat(bodies.of(status, ServerTokens.ON, true)).isEmpty();
    }

    @Test
    void aStatusWithoutWords() {
        assertThat(new String(StatusLine.of(418), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 418 \r\n");
        assertThat(StatusLine.of(999)).startsWith("HTTP/1.1 999 ".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void errorsArePaddedAndRedirectsAreNot() {
        assertThat(bodies.of(404, ServerTokens.ON, true)).hasSize(bodies.of(404, ServerTokens.ON, false).length + 6 * 67);
        assertThat(bodies.of(301, ServerTokens.ON, true)).isEqualTo(bodies.of(301, ServerTokens.ON, false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1)| true",
        "Mozilla/4.0 (compatible; MSIE 6.0; Windows) Opera 8.0| false",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36| true",
        "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/119.0| false",
        "curl/8.0| false",
        "MSIE 7| false",
        "MSIE 7.| false",
        "MSIE 7.0| true",
    })
    void whoWantsPadding(String userAgent, boolean wanted) {
        assertThat(ErrorBodies.wantsPadding(userAgent)).isEqualTo(wanted);
    }

    @Test
    void pagesAreMadeOnce() {
        assertThat(bodies.of(502, ServerTokens.ON, false)).isSameAs(bodies.of(502, ServerTokens.ON, false));
    }

    private String page(int status, ServerTokens tokens) {
        return new String(bodies.of(status, tokens, false), StandardCharsets.US_ASCII);
    }
}
