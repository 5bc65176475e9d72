package io.sluice.config.binding;

import java.util.List;
import java.util.stream.Stream;

import static io.sluice.config.binding.Context.*;

/// Names of directives that belong into `http {}` and `mail {}`, so that one that strayed into another block is told where
/// it belongs. The blocks themselves are skipped. Immutable.
final class HttpDirectives {

    private static final String LEVELS = """
            absolute_redirect add_header add_trailer aio alias allow api auth_basic auth_basic_user_file auth_request \
            autoindex charset chunked_transfer_encoding client_body_buffer_size client_body_temp_path \
            client_body_timeout client_max_body_size default_type deny directio error_page etag expires fastcgi_param \
            fastcgi_pass gzip gzip_types if_modified_since ignore_invalid_headers index keepalive_requests \
            keepalive_time keepalive_timeout limit_rate limit_rate_after limit_req limit_req_status limit_conn_status \
            lingering_close lingering_time lingering_timeout merge_slashes open_file_cache \
            output_buffers port_in_redirect postpone_output proxy_buffering proxy_buffers proxy_busy_buffers_size \
            proxy_cache proxy_cache_valid proxy_cookie_domain proxy_cookie_path proxy_hide_header proxy_http_version \
            proxy_ignore_client_abort proxy_ignore_headers proxy_intercept_errors proxy_limit_rate \
            proxy_max_temp_file_size proxy_method proxy_pass_header proxy_pass_request_body \
            proxy_pass_request_headers proxy_pass_trailers proxy_read_timeout proxy_redirect \
            proxy_request_buffering proxy_send_timeout proxy_set_body proxy_set_header proxy_temp_path \
            real_ip_header real_ip_recursive recursive_error_pages root satisfy send_timeout sendfile server_tokens \
            sub_filter tcp_nopush types underscores_in_headers uwsgi_pass grpc_pass grpc_set_header""";

    static final List<DirectiveSpec> ROWS = Stream.of(
                    names(LEVELS, HTTP, HTTP_SERVER, HTTP_LOCATION),
                    names("location if rewrite break try_files internal", HTTP_SERVER, HTTP_LOCATION),
                    names("limit_except", HTTP_LOCATION),
                    names("client_header_buffer_size client_header_timeout large_client_header_buffers max_headers http2 "
                            + "http3", HTTP, HTTP_SERVER),
                    names("limit_req_zone proxy_cache_path types_hash_max_size types_hash_bucket_size perl_modules", HTTP),
                    names("ip_hash keepalive sticky queue", HTTP_UPSTREAM),
                    names("auth_http imap_capabilities pop3_auth protocol smtp_auth starttls xclient", MAIL, MAIL_SERVER))
            .flatMap(s -> s)
            .toList();

    private HttpDirectives() {}

    private static Stream<DirectiveSpec> names(String names, Context first, Context... more) {
        return Stream.of(names.split("\\s+")).map(name -> DirectiveSpec.row(name).in(first, more).notYet(""));
    }
}
