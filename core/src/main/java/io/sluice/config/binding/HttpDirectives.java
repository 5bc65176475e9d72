package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.HttpServerConfig.ConnectionOptions;
import io.sluice.config.model.HttpServerConfig.ServerName;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The blocks of `http {}`, and what concerns a connection before a location is known. Immutable.
final class HttpDirectives {

    static final Listing<Scope> SERVERS = new Listing<>();

    static final Listing<Scope> LOCATIONS = new Listing<>();

    static final Listing<ServerName> SERVER_NAMES = new Listing<>();

    static final Setting<Scope> LIMIT_EXCEPT = Setting.optional(ValueType.composed("block"));

    static final Setting<Duration> HEADER_TIMEOUT = Setting.of(ValueType.MILLISECONDS, "60s");

    private static final Setting<ByteSize> HEADER_BUFFER = Setting.of(ValueType.SIZE, "1k");

    private static final Setting<BufferCount> LARGE_HEADER_BUFFERS =
            Setting.optional(ValueType.composed("number size"));

    private static final Setting<Integer> MAX_HEADERS = Setting.of(ValueType.NUMBER, "1000");

    private static final Setting<Boolean> IGNORE_INVALID_HEADERS = Setting.of(ValueType.FLAG, "on");

    private static final Setting<Boolean> UNDERSCORES = Setting.of(ValueType.FLAG, "off");

    private static final Setting<Boolean> MERGE_SLASHES = Setting.of(ValueType.FLAG, "on");

    static final List<DirectiveSpec> ROWS = List.of(
            row("server").in(HTTP).takes(BLOCK, "").repeatable().by(HttpServerBlock::bind)
                    .means("A server; without `listen` it listens on port 80, or 8000 without privileges."),
            row("listen").in(HTTP_SERVER)
                    .takes(ONE_OR_MORE, "address[:port] | port[-port] | unix:path [ssl] [proxy_protocol] [parameter ...]")
                    .defaultsTo("*:80 | *:8000").repeatable().by(Listen::bind)
                    .means("An address to accept connections on, with the options of its socket."),
            row("server_name").in(HTTP_SERVER).takes(ONE_OR_MORE, "name ...").defaultsTo("\"\"").repeatable()
                    .by(ServerNameText::bind)
                    .means("Names that select the server: exact, with a mask at either end, `.name`, or `~expression`."),
            row("location").in(HTTP_SERVER, HTTP_LOCATION).takes(BLOCK_ONE_OR_TWO, "[= | ~ | ~* | ^~] uri | @name")
                    .repeatable().by(LocationText::bind)
                    .means("What holds for some URIs."),
            row("limit_except").in(HTTP_LOCATION).takes(BLOCK_ONE_OR_MORE, "method ...").by(LimitExceptText::bind)
                    .means("What holds for other methods than those; GET includes HEAD."),
            row("client_header_timeout").in(HTTP, HTTP_SERVER).value(HEADER_TIMEOUT)
                    .means("How long the head of a request may take, and a TLS handshake."),
            row("client_header_buffer_size").in(HTTP, HTTP_SERVER).value(HEADER_BUFFER)
                    .means("How much is read of a head at first."),
            row("large_client_header_buffers").in(HTTP, HTTP_SERVER).takes(TWO, "number size").defaultsTo("4 8k")
                    .by(d -> BufferCount.put(d, LARGE_HEADER_BUFFERS))
                    .means("Bounds of a head: a longer request line is answered with 414, a longer field with 400."),
            row("max_headers").in(HTTP, HTTP_SERVER).since("1.29.8").value(MAX_HEADERS)
                    .means("How many fields a request may have."),
            row("ignore_invalid_headers").in(HTTP, HTTP_SERVER).value(IGNORE_INVALID_HEADERS)
                    .means("Drops fields with other characters in their names than letters, digits and hyphens."),
            row("underscores_in_headers").in(HTTP, HTTP_SERVER).value(UNDERSCORES)
                    .means("Whether underscores are allowed in names of fields."),
            row("merge_slashes").in(HTTP, HTTP_SERVER).value(MERGE_SLASHES)
                    .means("Several slashes in a row are one when a location is looked for."),
            row("http2").in(HTTP, HTTP_SERVER).since("1.25.1").takes(ONE, "on | off").defaultsTo("off").by(Http2::bind)
                    .means("HTTP/2 is not spoken yet: a warning, ALPN offers HTTP/1.1."),
            row("map").in(HTTP).takes(BLOCK_TWO, "string $variable").repeatable().by(MapText::bind)
                    .means("Defines a variable whose value depends on another text; `default`, `hostnames`, `volatile`."),
            row("geo").in(HTTP).takes(BLOCK_ONE_OR_TWO, "[$address] $variable").repeatable().by(GeoText::bind)
                    .means("Defines a variable whose value depends on an address; `default`, `ranges`, `delete`, `proxy`,"
                            + " `proxy_recursive`."),
            row("split_clients").in(HTTP).takes(BLOCK_TWO, "string $variable").repeatable().by(SplitClientsText::bind)
                    .means("Defines a variable that divides requests by percentages."));

    private HttpDirectives() {}

    /// What a server says about its connections.
    static ConnectionOptions connection(Scope server) {
        BufferCount large = server.find(LARGE_HEADER_BUFFERS).orElse(new BufferCount(
                ConnectionOptions.DEFAULT.largeHeaderBuffers(), ConnectionOptions.DEFAULT.largeHeaderBuffer()));
        return new ConnectionOptions(
                server.get(HEADER_TIMEOUT),
                server.get(HEADER_BUFFER),
                large.count(),
                large.size(),
                server.get(MAX_HEADERS),
                server.get(IGNORE_INVALID_HEADERS),
                server.get(UNDERSCORES),
                server.get(MERGE_SLASHES));
    }
}
