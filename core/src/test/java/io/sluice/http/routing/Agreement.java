package io.sluice.http.routing;

import java.io.IOException;
import java.util.List;

import io.sluice.testing.RunningNginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Asks nginx and our routing the same. Thread-safe: no state.
///
/// Texts are the directives of one server. `UPSTREAM` in them is a peer that answers with the URI it was asked for.
final class Agreement {

    private static final String PEER = """
            server {
                listen unix:${dir}/peer;
                return 200 "$request_uri";
            }
            """;

    private Agreement() {}

    /// The `http {}` block around the directives of a server.
    static String http(String directives) {
        return ("root ${dir}/html;\nabsolute_redirect off;\nserver {\nlisten 127.0.0.1:0;\n" + directives + "\n}\n" + PEER)
                .replace("UPSTREAM", "http://unix:${dir}/peer:");
    }

    /// Each target is answered alike.
    static void check(String directives, List<String> targets) throws IOException {
        assumeTrue(RunningNginx.isInstalled(), "no nginx to compare with");
        RoutedHttp routed = RoutedHttp.of(http(directives));
        try (RunningNginx nginx = RunningNginx.startHttp(http(directives))) {
            for (String target : targets) {
                assertThat(routed.ask(target)).as(target + " of\n" + directives).isEqualTo(Answer.of(nginx, target));
            }
        }
    }
}
