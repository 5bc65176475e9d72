package io.sluice.http.files;

import java.time.ZoneId;
import java.time.ZoneOffset;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.config.model.LocationOptions.Expires;
import io.sluice.config.model.Position;
import io.sluice.config.model.StreamConfig;
import io.sluice.session.StreamVariable;
import io.sluice.variable.Configs;
import io.sluice.variable.FakeSession;
import io.sluice.variable.VariableTable;

import static org.assertj.core.api.Assertions.assertThat;

/// `expires`, at Sun, 06 Nov 1994 08:49:37 GMT, for a response that was modified ten seconds before.
class ExpiryTest {

    private static final long NOW = 784111777;

    private static final VariableTable VARIABLES = VariableTable.of(StreamConfig.EMPTY);

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "epoch| Thu, 01 Jan 1970 00:00:01 GMT| no-cache",
        "max| Thu, 31 Dec 2037 23:55:55 GMT| max-age=315360000",
        "0| Sun, 06 Nov 1994 08:49:37 GMT| max-age=0",
        "30| Sun, 06 Nov 1994 08:50:07 GMT| max-age=30",
        "+1m 1| Sun, 06 Nov 1994 08:50:38 GMT| max-age=61",
        "1h30m| Sun, 06 Nov 1994 10:19:37 GMT| max-age=5400",
        "1d| Mon, 07 Nov 1994 08:49:37 GMT| max-age=86400",
        "1y| Mon, 06 Nov 1995 08:49:37 GMT| max-age=31536000",
        "-1| Sun, 06 Nov 1994 08:49:36 GMT| no-cache",
        "modified 30| Sun, 06 Nov 1994 08:49:57 GMT| max-age=20",
        "modified 5| Sun, 06 Nov 1994 08:49:32 GMT| no-cache",
        "modified -5| Sun, 06 Nov 1994 08:49:22 GMT| no-cache",
        "@9h| Sun, 06 Nov 1994 09:00:00 GMT| max-age=623",
        "@8h| Mon, 07 Nov 1994 08:00:00 GMT| max-age=83423",
        "@24h| Mon, 07 Nov 1994 00:00:00 GMT| max-age=54623",
        "@0| Mon, 07 Nov 1994 00:00:00 GMT| max-age=54623",
    })
    void literally(String value, String expires, String cacheControl) {
        assertThat(ask(value, "", ZoneOffset.UTC)).isEqualTo(new Expiry.Freshness(expires, cacheControl));
    }

    @ParameterizedTest
    @CsvSource({
        "off", "''", "x", "1x", "5ms", "1m1h", "1h 1h", "99999999999y", "@25h", "@-1h", "modified epoch", "modified @1h", "--1",
    })
    void nothing(String value) {
        String variable = value.startsWith("modified ") ? "modified $remote_addr" : "$remote_addr";
        assertThat(ask(variable, value.replace("modified ", ""), ZoneOffset.UTC)).isNull();
    }

    @Test
    void byAVariable() {
        assertThat(ask("$remote_addr", "max", ZoneOffset.UTC)).isNotNull();
        assertThat(ask("$remote_addr", "10", ZoneOffset.UTC))
                .isEqualTo(new Expiry.Freshness("Sun, 06 Nov 1994 08:49:47 GMT", "max-age=10"));
    }

    @Test
    void theTimeOfDayIsTheZones() {
        assertThat(ask("@9h", "", ZoneId.of("Europe/Berlin")))
                .isEqualTo(new Expiry.Freshness("Mon, 07 Nov 1994 08:00:00 GMT", "max-age=83423"));
        assertThat(ask("@10h", "", ZoneId.of("Europe/Berlin")))
                .isEqualTo(new Expiry.Freshness("Sun, 06 Nov 1994 09:00:00 GMT", "max-age=623"));
    }

    @Test
    void onlyGoodResponses() {
        assertThat(Expiry.appliesTo(200)).isTrue();
        assertThat(Expiry.appliesTo(304)).isTrue();
        assertThat(Expiry.appliesTo(404)).isFalse();
    }

    @Test
    void whatIsNotAFileCountsFromNow() {
        assertThat(expiry("modified 30", ZoneOffset.UTC).at(new FakeSession(VARIABLES), NOW, HttpDate.UNKNOWN))
                .isEqualTo(new Expiry.Freshness("Sun, 06 Nov 1994 08:50:07 GMT", "max-age=30"));
    }

    private static Expiry.@Nullable Freshness ask(String value, String variable, ZoneId zone) {
        FakeSession session = new FakeSession(VARIABLES).with(StreamVariable.REMOTE_ADDR, variable);
        return expiry(value, zone).at(session, NOW, NOW - 10);
    }

    private static Expiry expiry(String value, ZoneId zone) {
        boolean modified = value.startsWith("modified ");
        String text = modified ? value.substring("modified ".length()) : value;
        return Expiry.of(new Expires(Position.NONE, modified, Configs.template(text)), VARIABLES::compile, zone);
    }
}
