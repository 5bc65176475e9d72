package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.GeoConfig;
import io.sluice.config.model.LimitConnZoneConfig;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.MapConfig;
import io.sluice.config.model.SplitClientsConfig;
import io.sluice.config.model.StreamServerConfig.ConnectionLimits.Limit;
import io.sluice.config.model.StreamServerConfig.HandlerConfig;
import io.sluice.config.model.StreamServerConfig.SetConfig;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives of `stream {}` and its servers, proxying, logs and TLS aside. Immutable.
final class StreamDirectives {

    static final Listing<Scope> SERVERS = new Listing<>();

    static final Listing<Scope> UPSTREAMS = new Listing<>();

    static final Listing<Listen> LISTENS = new Listing<>();

    static final Listing<AccessRuleConfig> ACCESS_RULES = new Listing<>();

    static final Listing<Limit> LIMITS = new Listing<>();

    static final Listing<LimitConnZoneConfig> LIMIT_ZONES = new Listing<>();

    static final Listing<SetConfig> SETS = new Listing<>();

    static final Listing<MapConfig> MAPS = new Listing<>();

    static final Listing<GeoConfig> GEOS = new Listing<>();

    static final Listing<SplitClientsConfig> SPLITS = new Listing<>();

    static final Setting<Boolean> TCP_NODELAY = Setting.of(ValueType.FLAG, "on");

    static final Setting<LogLevel> LIMIT_LOG_LEVEL = Setting.of(
            ValueType.oneOf(
                    LogLevel::label, List.of(LogLevel.INFO, LogLevel.NOTICE, LogLevel.WARN, LogLevel.ERROR)),
            "error");

    static final Setting<Duration> PROXY_PROTOCOL_TIMEOUT = Setting.of(ValueType.MILLISECONDS, "30s");

    static final Setting<Boolean> LIMIT_DRY_RUN = Setting.of(ValueType.FLAG, "off");

    /// Read even in servers that are skipped: it is what tells that they are.
    static final DirectiveSpec LISTEN = row("listen").in(STREAM_SERVER).since("1.9.0")
            .takes(ONE_OR_MORE, "[address:]port[-port] | unix:path [parameter ...]").repeatable().by(Listen::bind)
            .means("An address to accept sessions on, with the options of its socket.");

    private static final String HASH_TABLE = "Tables here need no tuning.";

    static final List<DirectiveSpec> ROWS = List.of(
            row("server").in(STREAM).since("1.9.0").takes(BLOCK, "").repeatable().by(StreamServerBlock::bind)
                    .means("A server; needs at least one `listen`."),
            LISTEN,
            row("server_name").in(STREAM_SERVER).since("1.25.5").takes(ONE_OR_MORE, "name ...").defaultsTo("\"\"")
                    .repeatable().by(ServerNameText::bind)
                    .means("Names that select the server by SNI, where TLS ends here."),
            row("server_names_hash_max_size").in(STREAM).since("1.25.5").value(Setting.of(ValueType.NUMBER, "512"))
                    .inert("Size of a hash table.", HASH_TABLE),
            row("server_names_hash_bucket_size").in(STREAM).since("1.25.5")
                    .value(Setting.optional(ValueType.NUMBER)).defaultsTo("32|64|128")
                    .inert("Size of a hash table's buckets.", HASH_TABLE),
            row("variables_hash_max_size").in(STREAM).since("1.11.2").value(Setting.of(ValueType.NUMBER, "1024"))
                    .inert("Size of a hash table.", HASH_TABLE),
            row("variables_hash_bucket_size").in(STREAM).since("1.11.2").value(Setting.of(ValueType.NUMBER, "64"))
                    .inert("Size of a hash table's buckets.", HASH_TABLE),
            row("map_hash_max_size").in(STREAM).since("1.11.2").value(Setting.of(ValueType.NUMBER, "2048"))
                    .inert("Size of a hash table.", HASH_TABLE),
            row("map_hash_bucket_size").in(STREAM).since("1.11.2")
                    .value(Setting.optional(ValueType.NUMBER)).defaultsTo("32|64|128")
                    .inert("Size of a hash table's buckets.", HASH_TABLE),
            row("tcp_nodelay").in(STREAM, STREAM_SERVER).since("1.9.4").value(TCP_NODELAY)
                    .means("TCP_NODELAY on both sides."),
            row("allow").in(STREAM, STREAM_SERVER).since("1.9.2")
                    .takes(ONE, "address | CIDR | unix: | all").repeatable()
                    .by(directive -> AccessRuleText.bind(directive, true))
                    .means("Admits sessions; the first rule that matches decides."),
            row("deny").in(STREAM, STREAM_SERVER).since("1.9.2").takes(ONE, "address | CIDR | unix: | all").repeatable()
                    .by(directive -> AccessRuleText.bind(directive, false))
                    .means("Refuses sessions; the first rule that matches decides."),
            row("limit_conn_zone").in(STREAM).since("1.9.3").takes(TWO, "key zone=name:size").repeatable()
                    .by(LimitText::zone)
                    .means("A table that counts sessions by key; an empty key is not counted."),
            row("limit_conn").in(STREAM, STREAM_SERVER).since("1.9.3").takes(TWO, "zone number").repeatable()
                    .by(LimitText::limit)
                    .means("How many sessions may have the same key; those above are closed with status 503."),
            row("limit_conn_log_level").in(STREAM, STREAM_SERVER).since("1.9.3").value(LIMIT_LOG_LEVEL)
                    .means("Level of the line that reports a session over the limit."),
            row("limit_conn_dry_run").in(STREAM, STREAM_SERVER).since("1.17.6").value(LIMIT_DRY_RUN)
                    .means("Counts and reports, but closes nothing."),
            row("set").in(STREAM_SERVER).since("1.19.3").takes(TWO, "$variable value").repeatable()
                    .by(StreamDirectives::set)
                    .means("Gives a variable a value, for each session."),
            row("return").in(STREAM_SERVER).since("1.11.2").takes(ONE, "value").by(StreamDirectives::returns)
                    .means("Sends a text and closes the session."),
            row("map").in(STREAM).since("1.11.2").takes(BLOCK_TWO, "string $variable").repeatable().by(MapText::bind)
                    .means("Defines a variable whose value depends on another text; `default`, `hostnames`, `volatile`."),
            row("geo").in(STREAM).since("1.11.3").takes(BLOCK_ONE_OR_TWO, "[$address] $variable").repeatable()
                    .by(GeoText::bind)
                    .means("Defines a variable whose value depends on an address; `default`, `ranges`, `delete`."),
            row("split_clients").in(STREAM).since("1.11.3").takes(BLOCK_TWO, "string $variable").repeatable()
                    .by(SplitClientsText::bind)
                    .means("Defines a variable that divides sessions by percentages."),
            row("geoip_country").in(STREAM).since("1.11.3").takes(ONE_OR_TWO, "file [utf8]")
                    .notYet("Database of countries."),
            row("geoip_city").in(STREAM).since("1.11.3").takes(ONE_OR_TWO, "file [utf8]")
                    .notYet("Database of cities."),
            row("geoip_org").in(STREAM).since("1.11.3").takes(ONE_OR_TWO, "file [utf8]")
                    .notYet("Database of organizations."),
            row("pass").in(STREAM_SERVER).since("1.25.5").takes(ONE, "address")
                    .notYet("Hands the session to another listening socket of the same process."),
            row("set_real_ip_from").in(STREAM, STREAM_SERVER).since("1.11.4").takes(ONE, "address | CIDR | unix:")
                    .repeatable().by(HttpAccessDirectives::trust)
                    .means("From whom a PROXY protocol header is believed."),
            row("proxy_protocol_timeout").in(STREAM, STREAM_SERVER).since("1.11.4")
                    .value(PROXY_PROTOCOL_TIMEOUT)
                    .means("How long a PROXY protocol header may take to arrive."),
            row("ssl_preread").in(STREAM, STREAM_SERVER).since("1.11.5").value(Setting.of(ValueType.FLAG, "off"))
                    .notYet("Reads the ClientHello before a server or peer is chosen."),
            row("preread_buffer_size").in(STREAM, STREAM_SERVER).since("1.11.5")
                    .value(Setting.of(ValueType.SIZE, "16k"))
                    .notYet("How much is read before a server or peer is chosen."),
            row("preread_timeout").in(STREAM, STREAM_SERVER).since("1.11.5")
                    .value(Setting.of(ValueType.MILLISECONDS, "30s"))
                    .notYet("How long reading before the choice may take."),
            row("health_check").in(STREAM_SERVER).since("1.9.0").plus("Probes the peers of the server's upstream."),
            row("health_check_timeout").in(STREAM, STREAM_SERVER).since("1.9.0").plus("How long a probe may take."),
            row("match").in(STREAM).since("1.9.0").plus("What a healthy peer answers."),
            row("status_zone").in(STREAM_SERVER).since("1.9.0").plus("Where the server is counted for the status page.")
                    ,
            row("keyval").in(STREAM).since("1.13.3").plus("Defines a variable kept in a key-value store."),
            row("keyval_zone").in(STREAM).since("1.13.3").plus("Where a key-value store is kept."),
            row("zone_sync").in(STREAM_SERVER).since("1.13.8").plus("Shares zones among the nodes of a cluster."),
            row("zone_sync_server").in(STREAM_SERVER).since("1.13.8").plus("A node of the cluster."),
            row("zone_sync_timeout").in(STREAM, STREAM_SERVER).since("1.13.8").plus("Time between operations of a node.")
                    ,
            row("zone_sync_connect_timeout").in(STREAM, STREAM_SERVER).since("1.13.8").plus("Time to connect to a node.")
                    ,
            row("zone_sync_interval").in(STREAM, STREAM_SERVER).since("1.13.8").plus("Time between polls for updates."),
            row("zone_sync_buffers").in(STREAM, STREAM_SERVER).since("1.13.8").plus("Buffers for pushing zones."),
            row("zone_sync_recv_buffer_size").in(STREAM, STREAM_SERVER).since("1.13.8").plus("Buffer for received zones.")
                    ,
            row("mqtt_preread").in(STREAM, STREAM_SERVER).since("1.23.4").plus("Reads MQTT's CONNECT ahead."),
            row("mqtt").in(STREAM, STREAM_SERVER).since("1.23.4").plus("Rewrites MQTT's CONNECT."),
            row("mqtt_buffers").in(STREAM, STREAM_SERVER).since("1.25.1").plus("Buffers for MQTT."),
            row("mqtt_set_connect").in(STREAM, STREAM_SERVER).since("1.23.4").plus("Sets fields of MQTT's CONNECT."),
            row("num_map").in(STREAM).since("1.29.3").plus("Defines a variable by numeric comparison."),
            row("proxy_protocol_vendor").in(STREAM).since("1.23.4").plus("Reads vendors' TLVs of PROXY headers."));

    private StreamDirectives() {}

    private static void set(Directive directive) {
        directive.run().variables().define(directive, directive.argument(0))
                .ifPresent(variable -> directive.template(directive.argument(1)).ifPresent(value ->
                        directive.scope().add(SETS, new SetConfig(directive.position(), variable, value))));
    }

    private static void returns(Directive directive) {
        Optional<HandlerConfig> handler = directive.template(directive.argument(0))
                .map(text -> new HandlerConfig.Return(directive.position(), text));
        Handlers.set(directive, _ -> handler);
    }
}
