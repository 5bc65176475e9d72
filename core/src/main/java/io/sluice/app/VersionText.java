package io.sluice.app;

import io.sluice.server.ProxyServer;
import io.sluice.tls.TlsLibrary;

/// What `-v`, `-V` and `-h` print. Immutable.
///
/// Scripts look for nginx's lines (`nginx version: `, `configure arguments: `, `TLS SNI support`), so they are there and true:
/// the version is that of the nginx whose language is spoken, the arguments name what is built in.
final class VersionText {

    private static final String CONFIGURE_ARGUMENTS =
            "--with-stream --with-http_ssl_module --with-http_realip_module";

    private VersionText() {}

    /// Sluice's version, as the build has it.
    static String version() {
        return ProxyServer.VERSION;
    }

    /// What to print for these options.
    static String of(Options options) {
        StringBuilder text = new StringBuilder();
        text.append("sluice version: sluice/").append(version()).append('\n');
        text.append("nginx version: nginx/").append(ProxyServer.NGINX_VERSION).append('\n');
        if (options.help()) {
            text.append(HELP);
        }
        if (options.build()) {
            text.append("running on ")
                    .append(System.getProperty("java.vm.name"))
                    .append(' ')
                    .append(System.getProperty("java.vm.version"))
                    .append(" (")
                    .append(System.getProperty("java.vendor"))
                    .append(")\n");
            text.append("built with ").append(TlsLibrary.current()).append('\n');
            text.append("TLS SNI support enabled\n");
            text.append("configure arguments: ").append(CONFIGURE_ARGUMENTS).append('\n');
        }
        return text.toString();
    }

    private static final String HELP =
            """
            Usage: sluice [-?hvVtTq] [-s signal] [-p prefix] [-e filename]
                          [-c filename] [-g directives] [--format=text|json]
                   sluice demo

            Options:
              -?,-h,--help  : this help
              -v,--version  : show version and exit
              -V            : show version and what is built in, then exit
              -t            : test configuration and exit
              -T            : test configuration, dump it and exit
              -q            : suppress non-error messages during configuration testing
              --format=json : results of -t and -T as JSON on standard output
              -s signal     : send signal to a running server: stop, quit, reopen, reload
              -p prefix     : set prefix path (default: the working directory)
              -e filename   : set error log file (default: stderr)
              -c filename   : set configuration file (default: conf/nginx.conf)
              -g directives : set global directives out of configuration file

            demo starts a proxy with upstreams of its own on loopback ports, to try.
            The server stays in the foreground. Signals: TERM, INT stop; QUIT stops
            gracefully; HUP reloads; USR1 reopens logs.
            """;
}
