package io.sluice.http.files;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationOptions.Expires;
import io.sluice.config.model.TemplateConfig;
import io.sluice.variable.Template;
import io.sluice.variable.VariableSource;

/// `expires`: until when a response may be kept. Immutable.
public final class Expiry {

    private static final Freshness EPOCH = new Freshness("Thu, 01 Jan 1970 00:00:01 GMT", "no-cache");

    private static final Freshness MAX = new Freshness("Thu, 31 Dec 2037 23:55:55 GMT", "max-age=315360000");

    private static final int SECONDS_PER_DAY = 24 * 60 * 60;

    /// The values of the two fields, which replace what the response has of them.
    public record Freshness(String expires, String cacheControl) {}

    private final boolean modified;

    private final Template value;

    private final ZoneId zone;

    private Expiry(boolean modified, Template value, ZoneId zone) {
        this.modified = modified;
        this.value = value;
        this.zone = zone;
    }

    /// @param compiler of the generation's variables
    /// @param zone whose time of day `@` means
    public static Expiry of(Expires config, Function<TemplateConfig, Template> compiler, ZoneId zone) {
        return new Expiry(config.modified(), compiler.apply(config.value()), zone);
    }

    /// Whether responses of this status get the fields.
    public static boolean appliesTo(int status) {
        return switch (status) {
            case 200, 201, 204, 206, 301, 302, 303, 304, 307, 308 -> true;
            default -> false;
        };
    }

    /// The fields' values; null: the response stays as it is, with `off` and with a variable whose value is no time.
    ///
    /// @param now seconds since 1970
    /// @param lastModified the response's, or [HttpDate#UNKNOWN]
    public @Nullable Freshness at(VariableSource source, long now, long lastModified) {
        String text = value.evaluate(source);
        if (!modified) {
            switch (text) {
                case "epoch" -> {
                    return EPOCH;
                }
                case "max" -> {
                    return MAX;
                }
                case "off" -> {
                    return null;
                }
                default -> {
                    // A time.
                }
            }
        }
        return text.startsWith("@") ? daily(text.substring(1), now) : after(text, now, lastModified);
    }

    private @Nullable Freshness after(String text, long now, long lastModified) {
        boolean negative = text.startsWith("-");
        long seconds = Timespan.parse(negative || text.startsWith("+") ? text.substring(1) : text);
        if (seconds < 0) {
            return null;
        }
        if (seconds == 0) {
            return new Freshness(HttpDate.format(now), "max-age=0");
        }
        boolean sinceModified = modified && lastModified != HttpDate.UNKNOWN;
        long expires = (sinceModified ? lastModified : now) + (negative ? -seconds : seconds);
        // nginx forbids keeping by the sign only where it knows the sign before the request.
        return freshness(expires, negative && value.isLiteral() ? -1 : expires - now);
    }

    /// The next time that it is so late.
    private @Nullable Freshness daily(String text, long now) {
        long seconds = Timespan.parse(text);
        if (modified || seconds < 0 || seconds > SECONDS_PER_DAY) {
            return null;
        }
        LocalDateTime midnight =
                Instant.ofEpochSecond(now).atZone(zone).toLocalDate().atStartOfDay();
        long expires = midnight.plusSeconds(seconds).atZone(zone).toEpochSecond();
        if (expires <= now) {
            expires = midnight.plusDays(1).plusSeconds(seconds).atZone(zone).toEpochSecond();
        }
        return freshness(expires, expires - now);
    }

    private static Freshness freshness(long expires, long maxAge) {
        return new Freshness(HttpDate.format(expires), maxAge < 0 ? "no-cache" : "max-age=" + maxAge);
    }
}
