package io.sluice.config.binding;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// Directives of http that are accepted and change nothing here. Immutable.
///
/// One kind tunes what does not exist. The other belongs to something that is refused where it is switched on, `gzip on`
/// or `fastcgi_pass`, and says nothing as long as it is not.
final class HttpInertDirectives {

    private static final Arity ANY = new Arity(0, Integer.MAX_VALUE, false);

    private static final String OTHER_PROTOCOL = "How another protocol is spoken upstream.";

    private static final String PASS_REFUSED = "The `_pass` directive of it is refused.";

    private static final String SHARED_WITH_PROXY = "param bind buffer_size buffering buffers busy_buffers_size cache"
            + " cache_background_update cache_bypass cache_key cache_lock cache_lock_age cache_lock_timeout"
            + " cache_max_range_offset cache_methods cache_min_uses cache_revalidate cache_use_stale cache_valid"
            + " connect_timeout force_ranges hide_header ignore_client_abort ignore_headers intercept_errors limit_rate"
            + " max_temp_file_size next_upstream next_upstream_timeout next_upstream_tries no_cache pass_header"
            + " pass_request_body pass_request_headers read_timeout request_buffering send_lowat send_timeout"
            + " socket_keepalive ssl_certificate ssl_certificate_cache ssl_certificate_key ssl_ciphers ssl_conf_command"
            + " ssl_crl ssl_name ssl_password_file ssl_protocols ssl_server_name ssl_session_reuse"
            + " ssl_trusted_certificate ssl_verify ssl_verify_depth store store_access temp_file_write_size temp_path";

    static final List<DirectiveSpec> ROWS = Stream.of(
                    everywhere("types_hash_max_size types_hash_bucket_size proxy_headers_hash_max_size"
                                    + " proxy_headers_hash_bucket_size",
                            "Size of a hash table.", "Tables here need no tuning."),
                    atTop("server_names_hash_max_size server_names_hash_bucket_size variables_hash_max_size"
                                    + " variables_hash_bucket_size map_hash_max_size map_hash_bucket_size",
                            "Size of a hash table.", "Tables here need no tuning."),
                    everywhere("client_body_temp_path proxy_temp_path proxy_temp_file_write_size",
                            "Where and how bodies are put aside.", "Files for that have no names."),
                    everywhere("client_body_in_file_only client_body_in_single_buffer",
                            "How a body is kept.", "Only modules that read bodies would notice."),
                    everywhere("sendfile_max_chunk tcp_nopush aio aio_write directio directio_alignment read_ahead"
                                    + " output_buffers postpone_output send_lowat subrequest_output_buffer_size"
                                    + " proxy_send_lowat",
                            "How data is moved.", "Workers choose by themselves how data is moved."),
                    everywhere("open_file_cache open_file_cache_errors open_file_cache_min_uses open_file_cache_valid"
                                    + " open_file_cache_events",
                            "Descriptors of files.", "Files are opened when they are asked for."),
                    inServers("connection_pool_size request_pool_size",
                            "Size of a pool of memory.", "Memory is not allocated from such pools."),
                    inServers("ssl_buffer_size ssl_dhparam ssl_certificate_cache"
                                    + " ssl_stapling_responder ssl_stapling_verify ssl_ocsp_responder ssl_ocsp_cache"
                                    + " ssl_certificate_compression",
                            "A detail of TLS.", "The TLS library decides it, or what it belongs to is refused."),
                    everywhere("proxy_ssl_certificate_cache", "Cache of certificates whose names contain variables.",
                            "Such names are refused."),
                    everywhere("msie_refresh keepalive_disable", "A workaround for old browsers.",
                            "Browsers that need it are gone."),
                    everywhere("gzip_buffers gzip_comp_level gzip_disable gzip_http_version gzip_min_length"
                                    + " gzip_proxied gzip_types gzip_vary",
                            "How responses are compressed.", "`gzip on` is refused, so nothing is compressed."),
                    everywhere("proxy_cache_background_update proxy_cache_bypass proxy_cache_convert_head"
                                    + " proxy_cache_key proxy_cache_lock proxy_cache_lock_age proxy_cache_lock_timeout"
                                    + " proxy_cache_max_range_offset proxy_cache_methods proxy_cache_min_uses"
                                    + " proxy_cache_revalidate proxy_cache_use_stale proxy_cache_valid proxy_no_cache"
                                    + " proxy_store_access",
                            "How responses are cached.", "`proxy_cache` is refused, so nothing is cached."),
                    atTop("proxy_cache_path", "Where responses are cached.",
                            "`proxy_cache` is refused, so nothing is cached."),
                    everywhere("auth_basic_user_file auth_request_set", "A detail of authentication.",
                            "`auth_basic` and `auth_request` are refused."),
                    inLocations("referer_hash_max_size referer_hash_bucket_size", "Size of a hash table.",
                            "Tables here need no tuning."),
                    everywhere("charset_types override_charset source_charset autoindex_exact_size"
                                    + " autoindex_format autoindex_localtime sub_filter_last_modified sub_filter_once"
                                    + " sub_filter_types ssi_types ssi_silent_errors gunzip_buffers"
                                    + " userid_name userid_domain userid_path userid_expires userid_p3p"
                                    + " mirror_request_body dav_access create_full_put_path min_delete_depth"
                                    + " mp4_buffer_size mp4_max_buffer_size mp4_start_key_frame addition_types"
                                    + " userid_flags userid_mark userid_service auth_delay ssi_ignore_recycled_buffers"
                                    + " ssi_last_modified ssi_min_file_chunk ssi_value_length modern_browser_value"
                                    + " ancient_browser_value",
                            "A detail of a filter.", "The filter is refused where it is switched on."),
                    otherProtocols(),
                    inServers("http3 http3_hq http3_max_concurrent_streams http3_stream_buffer_size quic_gso quic_retry"
                                    + " quic_host_key http2_max_concurrent_streams http2_body_preread_size"
                                    + " http2_chunk_size http2_recv_buffer_size http2_recv_timeout http2_idle_timeout"
                                    + " http2_max_field_size http2_max_header_size http2_max_requests",
                            "A detail of HTTP/2 or HTTP/3.", "Neither is spoken yet."))
            .flatMap(rows -> rows)
            .toList();

    private HttpInertDirectives() {}

    private static Stream<DirectiveSpec> everywhere(String names, String meaning, String reason) {
        return rows(names, meaning, reason, HTTP, HTTP_SERVER, HTTP_LOCATION);
    }

    private static Stream<DirectiveSpec> inLocations(String names, String meaning, String reason) {
        return rows(names, meaning, reason, HTTP_SERVER, HTTP_LOCATION);
    }

    /// What FastCGI and its like have in common with `proxy_`, and their own.
    private static Stream<DirectiveSpec> otherProtocols() {
        Stream<String> shared = Stream.of("fastcgi", "uwsgi", "scgi", "grpc", "memcached")
                .flatMap(protocol -> Arrays.stream(SHARED_WITH_PROXY.split(" ")).map(name -> protocol + "_" + name));
        Stream<String> own = Arrays.stream(("fastcgi_index fastcgi_split_path_info fastcgi_keep_conn"
                + " fastcgi_catch_stderr uwsgi_modifier1 uwsgi_modifier2 uwsgi_string grpc_set_header"
                + " memcached_gzip_flag").split(" "));
        return Stream.concat(
                Stream.of("fastcgi_cache_path", "uwsgi_cache_path", "scgi_cache_path").map(name ->
                        row(name).in(HTTP).takes(ANY, "...").repeatable().inert(OTHER_PROTOCOL, PASS_REFUSED)),
                Stream.concat(shared, own).map(name -> row(name).in(HTTP, HTTP_SERVER, HTTP_LOCATION)
                        .takes(ANY, "...").repeatable().inert(OTHER_PROTOCOL, PASS_REFUSED)));
    }

    private static Stream<DirectiveSpec> inServers(String names, String meaning, String reason) {
        return rows(names, meaning, reason, HTTP, HTTP_SERVER);
    }

    private static Stream<DirectiveSpec> atTop(String names, String meaning, String reason) {
        return rows(names, meaning, reason, HTTP);
    }

    private static Stream<DirectiveSpec> rows(
            String names, String meaning, String reason, Context first, Context... more) {
        return Arrays.stream(names.split(" ")).map(name ->
                row(name).in(first, more).takes(ANY, "...").repeatable().inert(meaning, reason));
    }
}
