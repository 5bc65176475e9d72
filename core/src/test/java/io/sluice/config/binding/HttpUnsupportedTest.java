package io.sluice.config.binding;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// What http refuses, what it accepts without effect, and what only says the default.
class HttpUnsupportedTest {

    @Test
    void defaultsOfWhatIsNotBuiltAreAccepted() {
        assertThat(Bound.location("""
                gzip off;
                proxy_cache off;
                proxy_store off;
                auth_basic off;
                auth_request off;
                charset off;
                ssi off;
                autoindex off;
                mirror off;
                userid off;
                slice 0;
                proxy_force_ranges off;
                add_header_inherit on;
                disable_symlinks off;
                """).lines()).isEmpty();
    }

    @Test
    void tuningIsAccepted() {
        assertThat(Bound.http("""
                types_hash_max_size 2048;
                server_names_hash_bucket_size 128;
                tcp_nopush on;
                aio threads;
                directio 4m;
                sendfile_max_chunk 2m;
                open_file_cache max=1000 inactive=20s;
                client_body_temp_path /tmp/body 1 2;
                proxy_temp_path /tmp/proxy;
                proxy_headers_hash_max_size 1024;
                output_buffers 1 32k;
                postpone_output 1460;
                gzip_types text/plain application/json;
                proxy_cache_path /tmp/cache keys_zone=a:10m;
                fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
                server {
                    ssl_dhparam dh.pem;
                    http3 off;
                    location / { proxy_cache_bypass $http_upgrade; }
                }
                """).lines()).isEmpty();
    }

    @Test
    void aRefusedDirectiveSaysSo() {
        assertThat(Bound.http("gzip on;\nserver { location / { fastcgi_pass 127.0.0.1:9000; } }").lines()).containsExactly(
                "error not-supported 3:1 \"gzip\" directive is known but not supported by Sluice yet",
                "error not-supported 4:23 \"fastcgi_pass\" directive is known but not supported by Sluice yet");
    }

    @Test
    void variablesOfTheHttpModuleExist() {
        assertThat(Bound.httpServer("""
                return 200 "$uri $args $arg_a $http_a $cookie_a $sent_http_a $upstream_http_a $upstream_status $request_id
                    $ssl_protocol $ssl_client_s_dn $proxy_host $realip_remote_addr $connection_requests $limit_req_status";
                """).lines()).isEmpty();
        assertThat(Bound.httpServer("return 200 \"$ssl_sigalg $session_time\";").lines()).containsExactly(
                "error not-supported 5:14 \"ssl_sigalg\" variable is known but not supported by Sluice yet",
                "error unknown-variable 5:26 unknown \"session_time\" variable");
    }
}
