package io.sluice.config.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One `server {}` of the `http {}` block. Immutable.
///
/// @param names `server_name`; empty: the empty name
/// @param listeners at least one; a server without `listen` listens on `*:80`, or `*:8000` without privileges
/// @param connection what concerns a connection before a location is known
/// @param tls present when a listener has `ssl`, or certificates are given
/// @param root what is said in the server itself, as the outermost location; its `nested` are the server's locations
public record HttpServerConfig(
        Position position,
        List<ServerName> names,
        List<ListenerConfig> listeners,
        ConnectionOptions connection,
        Optional<TlsServerConfig> tls,
        LocationConfig root)
        implements ServerConfig {

    public HttpServerConfig {
        names = List.copyOf(names);
        listeners = List.copyOf(listeners);
    }

    /// One name of `server_name`. Names are in lower case; the longest wins among those of a kind.
    public sealed interface ServerName {

        /// Where it is written.
        Position position();

        /// As it is written.
        default String text() {
            return switch (this) {
                case Exact exact -> exact.name();
                case Suffix suffix -> (suffix.matchesBare() ? "." : "*.") + suffix.suffix();
                case Prefix prefix -> prefix.prefix() + ".*";
                case Regex regex -> "~" + regex.pattern();
            };
        }

        /// The name itself; may be empty.
        record Exact(Position position, String name) implements ServerName {}

        /// `*.example.com` or `.example.com`; suffix without the mask, `example.com`.
        ///
        /// @param matchesBare the name itself matches too (`.example.com`)
        record Suffix(Position position, String suffix, boolean matchesBare) implements ServerName {}

        /// `www.*`; prefix without the mask, `www`.
        record Prefix(Position position, String prefix) implements ServerName {}

        /// `~expression`, without regard to case, its named groups becoming variables.
        record Regex(Position position, String pattern) implements ServerName {}
    }

    /// What holds for a connection, or while a request's head is read.
    ///
    /// @param headerTimeout `client_header_timeout`, for the whole head
    /// @param headerBuffer `client_header_buffer_size`
    /// @param largeHeaderBuffers `large_client_header_buffers`: how many
    /// @param largeHeaderBuffer and how large: the bound of a request line (414) and of a field (400)
    /// @param maxHeaders `max_headers`
    /// @param ignoreInvalidHeaders fields with other characters in their name than letters, digits, hyphens are dropped
    /// @param underscoresInHeaders underscores count as letters
    /// @param mergeSlashes several slashes in a row are one
    public record ConnectionOptions(
            Duration headerTimeout,
            ByteSize headerBuffer,
            int largeHeaderBuffers,
            ByteSize largeHeaderBuffer,
            int maxHeaders,
            boolean ignoreInvalidHeaders,
            boolean underscoresInHeaders,
            boolean mergeSlashes) {

        /// nginx's defaults.
        public static final ConnectionOptions DEFAULT = new ConnectionOptions(
                Duration.ofSeconds(60), new ByteSize(1024), 4, new ByteSize(8 * 1024), 1000, true, false, true);
    }
}
