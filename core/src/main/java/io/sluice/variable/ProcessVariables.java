package io.sluice.variable;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.sluice.session.HttpVariable;
import io.sluice.session.StreamVariable;
import io.sluice.session.Variable;
import io.sluice.time.Clock;

/// The variables that are the same for all sessions of a worker: host, process, version and time.
/// Confined to its worker's event loop.
///
/// Times are formatted once a second.
public final class ProcessVariables {

    private static final DateTimeFormatter COMMON_LOG =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);

    private static final DateTimeFormatter ISO_8601 =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);

    private final Clock clock;

    private final ZoneId zone;

    private final String hostName;

    private final String nginxVersion;

    private final String processId = Long.toString(ProcessHandle.current().pid());

    private long formattedSecond = Long.MIN_VALUE;

    private String timeLocal = "";

    private String timeIso8601 = "";

    /// Variables that tell the time by this clock.
    ///
    /// @param hostName `$hostname`
    /// @param nginxVersion `$nginx_version`
    public ProcessVariables(Clock clock, ZoneId zone, String hostName, String nginxVersion) {
        this.clock = clock;
        this.zone = zone;
        this.hostName = ByteText.of(hostName);
        this.nginxVersion = nginxVersion;
    }

    /// A span of time as logs have it: seconds with milliseconds.
    public static String seconds(long nanos) {
        return secondsAndMillis(TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    /// The value; null when the variable is not one of these.
    public @Nullable String value(Variable variable) {
        return switch (variable) {
            case StreamVariable ofStream -> value(ofStream);
            case HttpVariable.HOSTNAME -> value(StreamVariable.HOSTNAME);
            case HttpVariable.MSEC -> value(StreamVariable.MSEC);
            case HttpVariable.NGINX_VERSION -> value(StreamVariable.NGINX_VERSION);
            case HttpVariable.PID -> value(StreamVariable.PID);
            case HttpVariable.TIME_ISO8601 -> value(StreamVariable.TIME_ISO8601);
            case HttpVariable.TIME_LOCAL -> value(StreamVariable.TIME_LOCAL);
            default -> null;
        };
    }

    private @Nullable String value(StreamVariable variable) {
        return switch (variable) {
            case NGINX_VERSION -> nginxVersion;
            case HOSTNAME -> hostName;
            case PID -> processId;
            case MSEC -> secondsAndMillis(clock.wallMillis());
            case TIME_LOCAL -> {
                format();
                yield timeLocal;
            }
            case TIME_ISO8601 -> {
                format();
                yield timeIso8601;
            }
            default -> null;
        };
    }

    /// A number of milliseconds as nginx prints times: `1.042`.
    public static String secondsAndMillis(long millis) {
        long fraction = millis % 1000;
        String padding = fraction < 10 ? ".00" : fraction < 100 ? ".0" : ".";
        return millis / 1000 + padding + fraction;
    }

    private void format() {
        long second = Math.floorDiv(clock.wallMillis(), 1000);
        if (second != formattedSecond) {
            ZonedDateTime time = Instant.ofEpochSecond(second).atZone(zone);
            timeLocal = COMMON_LOG.format(time);
            timeIso8601 = ISO_8601.format(time);
            formattedSecond = second;
        }
    }
}
