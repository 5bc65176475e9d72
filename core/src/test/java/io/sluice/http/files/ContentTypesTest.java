package io.sluice.http.files;

import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Types by extension.
class ContentTypesTest {

    private final ContentTypes types =
            new ContentTypes(Map.of("html", "text/html", "gz", "application/gzip", "b", "b/b"), "text/plain");

    @ParameterizedTest
    @CsvSource({
        "/a.html, text/html",
        "/a.HtMl, text/html",
        "/dir.html/a, text/plain",
        "/dir/a.tar.gz, application/gzip",
        "/dir/.html, text/plain",
        "/.html, text/plain",
        "/a.b, b/b",
        "/a., text/plain",
        "/a, text/plain",
        "/a.txt, text/plain",
        "/, text/plain",
    })
    void ofUri(String uri, String type) {
        assertThat(types.of(uri)).isEqualTo(type);
    }
}
