package io.sluice.route;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.HttpServerConfig.ServerName;
import io.sluice.config.model.Position;
import io.sluice.testing.Allocations;
import io.sluice.variable.VariableTable;

import static org.assertj.core.api.Assertions.assertThat;

/// Which server a name means.
class ServerNamesTest {

    private final ServerNames<String> names = new ServerNames.Builder<>("default", VariableTable.of(HttpConfig.EMPTY))
            .add(List.of(exact("example.com"), exact("www.example.com")), "exact")
            .add(List.of(suffix("example.com", false)), "below")
            .add(List.of(suffix("deep.example.com", false)), "deeper")
            .add(List.of(suffix("example.org", true)), "dot")
            .add(List.of(prefix("mail")), "tail")
            .add(List.of(prefix("mail.example")), "longer tail")
            .add(List.of(regex("^www\\d+\\.example\\.net$")), "first expression")
            .add(List.of(regex("example\\.net$")), "second expression")
            .add(List.of(exact("example.com"), regex("^host-\\w+$")), "late")
            .add(List.of(), "nameless")
            .build();

    @ParameterizedTest
    @CsvSource({
        "example.com, exact",
        "www.example.com, exact",
        "other.example.com, below",
        "a.b.example.com, below",
        "a.deep.example.com, deeper",
        "deep.example.com, below",
        "example.org, dot",
        "a.example.org, dot",
        "notexample.org, default",
        "mail.example.net, longer tail",
        "mail.net, tail",
        "mail, default",
        "mail.example.com, below",
        "www1.example.net, first expression",
        "www.example.net, second expression",
        "host-a, late",
        "'', nameless",
        "unknown, default",
    })
    void isFound(String name, String server) {
        assertThat(names.find(name)).isEqualTo(server);
    }

    @Test
    void aNameCostsOneLookUp() {
        assertThat(Allocations.bytes(100_000, () -> names.find("www.example.com"))).isZero();
    }

    private static ServerName exact(String name) {
        return new ServerName.Exact(Position.NONE, name);
    }

    private static ServerName suffix(String suffix, boolean bare) {
        return new ServerName.Suffix(Position.NONE, suffix, bare);
    }

    private static ServerName prefix(String prefix) {
        return new ServerName.Prefix(Position.NONE, prefix);
    }

    private static ServerName regex(String pattern) {
        return new ServerName.Regex(Position.NONE, pattern);
    }
}
