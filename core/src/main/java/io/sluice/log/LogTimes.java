package io.sluice.log;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Times as log lines print them, formatted once a second. Confined to whoever holds the lock of [Logs].
final class LogTimes {

    private static final DateTimeFormatter ERROR_LOG = DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss", Locale.ROOT);

    private static final DateTimeFormatter SYSLOG = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);

    private final ZoneId zone;

    private long second = Long.MIN_VALUE;

    private String errorLog = "";

    private String syslog = "";

    LogTimes(ZoneId zone) {
        this.zone = zone;
    }

    /// `2026/11/22 17:00:00`.
    String errorLog(long wallMillis) {
        format(wallMillis);
        return errorLog;
    }

    /// `Nov 22 17:00:00`, days below ten after two spaces.
    String syslog(long wallMillis) {
        format(wallMillis);
        return syslog;
    }

    private void format(long wallMillis) {
        long wanted = Math.floorDiv(wallMillis, 1000);
        if (wanted != second) {
            ZonedDateTime time = Instant.ofEpochSecond(wanted).atZone(zone);
            errorLog = ERROR_LOG.format(time);
            syslog = SYSLOG.format(time);
            second = wanted;
        }
    }
}
