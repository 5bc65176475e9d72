package io.sluice.config.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// What a location says or has inherited, by subject. Immutable.
///
/// @param accessLogs empty: `access_log off`
/// @param errorLogs empty: those of the process
public record LocationOptions(
        AccessOptions access,
        ClientOptions client,
        FileOptions files,
        ResponseOptions response,
        HttpProxyOptions proxy,
        List<AccessLogConfig> accessLogs,
        List<ErrorLogConfig> errorLogs) {

    public LocationOptions {
        accessLogs = List.copyOf(accessLogs);
        errorLogs = List.copyOf(errorLogs);
    }

    /// Who may ask.
    ///
    /// @param rules `allow` and `deny` in order; the first match decides, no match admits
    /// @param satisfyAny `satisfy any`
    /// @param connections `limit_conn`
    /// @param connectionStatus `limit_conn_status`
    /// @param requests `limit_req`
    /// @param requestStatus `limit_req_status`
    /// @param requestLogLevel `limit_req_log_level`, of a rejection; a delay is a level less
    /// @param requestDryRun `limit_req_dry_run`
    /// @param internal 404 unless the URI came by an internal redirect
    /// @param exceptMethods `limit_except`: methods that [#exceptRules] do not concern; empty: there is none
    /// @param realIp whose word about the client's address is taken
    public record AccessOptions(
            List<AccessRuleConfig> rules,
            boolean satisfyAny,
            StreamServerConfig.ConnectionLimits connections,
            int connectionStatus,
            List<RequestLimit> requests,
            int requestStatus,
            LogLevel requestLogLevel,
            boolean requestDryRun,
            boolean internal,
            Set<String> exceptMethods,
            List<AccessRuleConfig> exceptRules,
            RealIp realIp) {

        public AccessOptions {
            rules = List.copyOf(rules);
            requests = List.copyOf(requests);
            exceptMethods = Set.copyOf(exceptMethods);
            exceptRules = List.copyOf(exceptRules);
        }
    }

    /// `limit_req`.
    ///
    /// @param burst how many requests may be ahead of their time
    /// @param delayAfter from which of them on requests are delayed: 0 unless `delay=` says otherwise; with `nodelay` as many as
    ///     `burst`
    public record RequestLimit(Position position, String zone, int burst, int delayAfter) {}

    /// `set_real_ip_from`, `real_ip_header` and `real_ip_recursive`.
    ///
    /// @param trusted rules that all allow; empty: nobody is trusted
    /// @param header in lower case, `proxy_protocol` for the header of the connection
    public record RealIp(List<AccessRuleConfig> trusted, String header, boolean recursive) {

        /// nginx's default.
        public static final RealIp NOBODY = new RealIp(List.of(), "x-real-ip", false);

        public RealIp {
            trusted = List.copyOf(trusted);
        }
    }

    /// How the downstream connection is treated.
    ///
    /// @param maxBody `client_max_body_size`; zero: unlimited
    /// @param bodyBuffer `client_body_buffer_size`: how much of a body is gathered in memory
    /// @param bodyTimeout between two reads of a body
    /// @param sendTimeout between two writes of a response
    /// @param keepAliveTimeout zero: connections are not kept
    /// @param keepAliveHeader the `Keep-Alive: timeout=` that is sent
    /// @param keepAliveRequests requests of one connection
    /// @param keepAliveTime how long a connection may be kept in all
    /// @param lingeringClose `off`, `on`, `always`
    /// @param limitRate bytes a second; a zero is no limit
    /// @param limitRateAfter bytes that go before the limit holds
    /// @param resetTimedOut `reset_timedout_connection`
    public record ClientOptions(
            ByteSize maxBody,
            ByteSize bodyBuffer,
            Duration bodyTimeout,
            Duration sendTimeout,
            Duration keepAliveTimeout,
            Optional<Duration> keepAliveHeader,
            int keepAliveRequests,
            Duration keepAliveTime,
            LingeringClose lingeringClose,
            Duration lingeringTime,
            Duration lingeringTimeout,
            RateConfig limitRate,
            RateConfig limitRateAfter,
            boolean resetTimedOut,
            boolean tcpNodelay) {

        /// What becomes of data that comes after the response.
        public enum LingeringClose {
            OFF,
            ON,
            ALWAYS
        }
    }

    /// Files.
    ///
    /// @param path `root`, to which the URI is appended, or `alias`, which replaces the location's part of it
    /// @param alias whether it is `alias`
    /// @param declaredIn where `path` is written: the part of the URI that an alias replaces is that location's
    /// @param index `index`: names tried in a directory; one that begins with a slash is an internal redirect
    /// @param tryFiles `try_files`, absent without
    /// @param types content type by extension, in lower case
    /// @param sendfile bytes go from file to socket within the kernel
    /// @param etag responses have an `ETag`
    /// @param ifModifiedSince how `If-Modified-Since` is compared
    /// @param maxRanges 0: no ranges
    /// @param logNotFound a missing file is worth a line in the error log
    public record FileOptions(
            TemplateConfig path,
            boolean alias,
            LocationConfig.Match declaredIn,
            List<TemplateConfig> index,
            Optional<TryFiles> tryFiles,
            Map<String, String> types,
            String defaultType,
            boolean sendfile,
            boolean etag,
            IfModifiedSince ifModifiedSince,
            OptionalInt maxRanges,
            boolean logNotFound) {

        public FileOptions {
            index = List.copyOf(index);
            types = Map.copyOf(types);
        }

        /// How a date is compared.
        public enum IfModifiedSince {
            OFF,
            EXACT,
            BEFORE
        }
    }

    /// `try_files`.
    ///
    /// @param candidates paths to try; one with a slash at its end is a directory
    /// @param otherwise a URI, or `@name`, empty if a status is given
    /// @param status `=code`; 0: none
    public record TryFiles(
            Position position, List<TemplateConfig> candidates, TemplateConfig otherwise, int status) {

        public TryFiles {
            candidates = List.copyOf(candidates);
        }
    }

    /// The head of a response, and what takes its place.
    public record ResponseOptions(
            List<AddedHeader> headers,
            List<AddedHeader> trailers,
            Optional<Expires> expires,
            List<ErrorPage> errorPages,
            boolean recursiveErrorPages,
            ServerTokens serverTokens,
            boolean absoluteRedirect,
            boolean portInRedirect,
            boolean serverNameInRedirect,
            boolean chunked,
            boolean msiePadding) {

        public ResponseOptions {
            headers = List.copyOf(headers);
            trailers = List.copyOf(trailers);
            errorPages = List.copyOf(errorPages);
        }

        /// How much the `Server` field tells.
        public enum ServerTokens {
            OFF,
            ON,
            BUILD
        }
    }

    /// `add_header name value [always]` or `add_trailer`.
    ///
    /// @param always with any status, not only 200, 201, 204, 206, 301, 302, 303, 304, 307 and 308
    public record AddedHeader(Position position, String name, TemplateConfig value, boolean always) {}

    /// `expires`.
    ///
    /// @param modified counted from the file's modification
    /// @param value a time, `epoch`, `max` or `off`, evaluated for each response
    public record Expires(Position position, boolean modified, TemplateConfig value) {}

    /// `error_page code ... [=[response]] uri`.
    ///
    /// @param overwrite the status to answer with; 0: that of the URI's own processing (`=`); empty: the error's
    /// @param uri a path, `@name`, or a URL to redirect to
    public record ErrorPage(Position position, Set<Integer> statuses, OptionalInt overwrite, TemplateConfig uri) {

        public ErrorPage {
            statuses = Set.copyOf(statuses);
        }
    }
}
