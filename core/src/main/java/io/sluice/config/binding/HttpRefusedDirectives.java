package io.sluice.config.binding;

import java.util.List;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// Directives of http that would change what clients see and are not built, and those of NGINX Plus. Immutable.
final class HttpRefusedDirectives {

    private static final Arity ANY = new Arity(0, Integer.MAX_VALUE, false);

    static final List<DirectiveSpec> ROWS = List.of(
            switched("gzip", "off").notYet("Compresses responses."),
            switched("gzip_static", "off").notYet("Sends files that were compressed before."),
            switched("gunzip", "off").notYet("Decompresses responses for clients that need it."),
            switched("proxy_cache", "off").notYet("Keeps responses."),
            switched("proxy_cache_purge", "").plus("Removes responses from a cache."),
            switched("proxy_store", "off").notYet("Saves responses as files."),
            switched("proxy_force_ranges", "off").notYet("Answers ranges that a peer does not."),
            switched("slice", "0").notYet("Divides responses into ranges for the cache."),
            switched("auth_basic", "off").notYet("Asks for a name and a password."),
            switched("auth_request", "off").notYet("Asks a URI whether a request is allowed."),
            switched("auth_jwt", "").plus("Checks a JSON Web Token."),
            switched("auth_oidc", "").plus("Authenticates by OpenID Connect."),
            switched("autoindex", "off").notYet("Lists directories."),
            switched("charset", "off").notYet("Adds or converts a character set."),
            switched("ssi", "off").notYet("Includes by server."),
            switched("sub_filter", "").notYet("Replaces text in responses."),
            switched("add_before_body", "").notYet("Puts a text before a response."),
            switched("add_after_body", "").notYet("Puts a text behind a response."),
            switched("add_header_inherit", "on").notYet("How `add_header` is inherited."),
            switched("add_trailer_inherit", "on").notYet("How `add_trailer` is inherited."),
            switched("mirror", "off").notYet("Sends copies of requests elsewhere."),
            switched("userid", "off").notYet("Marks clients by a cookie."),
            switched("secure_link", "").notYet("Checks a signed link."),
            switched("secure_link_md5", "").notYet("Checks a signed link."),
            switched("secure_link_secret", "").notYet("Checks a signed link."),
            switched("image_filter", "off").notYet("Changes images."),
            switched("xslt_stylesheet", "").notYet("Changes XML."),
            switched("xml_entities", "").notYet("Changes XML."),
            switched("disable_symlinks", "off").notYet("Refuses files that are symbolic links."),
            switched("post_action", "off").notYet("Goes to a URI after a request."),
            switched("proxy_bind_dynamic", "").plus("Binds anew for each attempt to connect."),
            switched("proxy_allow_upstream", "").notYet("Which upstream names may be computed."),
            switched("proxy_request_dynamic", "").plus("Makes the request anew for each attempt."),
            switched("proxy_ssl_alpn", "").notYet("Protocols offered upstream by ALPN."),
            switched("proxy_ssl_conf_command", "").notYet("An OpenSSL command for upstream connections."),
            switched("proxy_ssl_key_log", "").plus("Writes TLS secrets of upstream connections to a file."),
            switched("dav_methods", "off").notYet("Methods of WebDAV."),
            switched("random_index", "off").notYet("Sends a file at random."),
            switched("modern_browser", "").notYet("Which browsers are modern."),
            switched("ancient_browser", "").notYet("Which browsers are not."),
            handler("fastcgi_pass").notYet("Speaks FastCGI upstream."),
            handler("uwsgi_pass").notYet("Speaks uwsgi upstream."),
            handler("scgi_pass").notYet("Speaks SCGI upstream."),
            handler("grpc_pass").notYet("Speaks gRPC upstream."),
            handler("memcached_pass").notYet("Asks memcached."),
            handler("empty_gif").notYet("Sends a picture of one dot."),
            handler("flv").notYet("Sends films of one kind."),
            handler("mp4").notYet("Sends films of another."),
            handler("stub_status").notYet("Tells about connections."),
            handler("perl").notYet("Runs Perl."),
            handler("js_content").notYet("Runs JavaScript."),
            handler("tunnel_pass").notYet("Opens a tunnel for CONNECT."),
            handler("api").plus("Tells about and changes the server."),
            handler("hls").plus("Sends films in pieces."),
            handler("health_check").plus("Probes the peers of an upstream."),
            handler("f4f").plus("Sends films in pieces."),
            server("ssl_early_data", "off").notYet("Accepts data before the handshake is over."),
            server("ssl_conf_command", "").notYet("An OpenSSL command."),
            server("ssl_ocsp", "off").notYet("Whether client certificates are checked by OCSP."),
            server("ssl_ech_file", "").notYet("Keys of Encrypted Client Hello."),
            server("ssl_key_log", "").plus("Writes TLS secrets to a file."),
            server("status_zone", "").plus("Where requests are counted for the status page."),
            top("perl_modules").notYet("Modules of Perl."),
            top("perl_require").notYet("A module of Perl."),
            top("perl_set").notYet("A variable computed by Perl."),
            top("js_import").notYet("Modules of JavaScript."),
            top("js_path").notYet("Where modules of JavaScript are."),
            top("js_set").notYet("A variable computed by JavaScript."),
            top("geoip_country").notYet("Database of countries."),
            top("geoip_city").notYet("Database of cities."),
            top("geoip_org").notYet("Database of organizations."),
            top("geoip_proxy").notYet("Whose word about addresses is taken for databases."),
            top("keyval").plus("Defines a variable kept in a key-value store."),
            top("keyval_zone").plus("Where a key-value store is kept."),
            row("valid_referers").in(HTTP_SERVER, HTTP_LOCATION).takes(ONE_OR_MORE, "none | blocked | name ...")
                    .notYet("Defines `$invalid_referer`."),
            row("charset_map").in(HTTP).takes(BLOCK_TWO, "from to").repeatable()
                    .notYet("A table of characters."));

    private HttpRefusedDirectives() {}

    private static DirectiveSpec.Row switched(String name, String off) {
        return row(name).in(HTTP, HTTP_SERVER, HTTP_LOCATION).takes(ANY, "...").defaultsTo(off).repeatable();
    }

    private static DirectiveSpec.Row handler(String name) {
        return row(name).in(HTTP_LOCATION, HTTP_LOCATION_IF, HTTP_LIMIT_EXCEPT).takes(ANY, "...").repeatable();
    }

    private static DirectiveSpec.Row server(String name, String off) {
        return row(name).in(HTTP, HTTP_SERVER).takes(ANY, "...").defaultsTo(off).repeatable();
    }

    private static DirectiveSpec.Row top(String name) {
        return row(name).in(HTTP).takes(ANY, "...").repeatable();
    }
}
