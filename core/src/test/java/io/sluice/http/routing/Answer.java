package io.sluice.http.routing;

import java.io.IOException;
import java.net.Socket;
import java.util.Locale;

import io.sluice.testing.RunningNginx;
import io.sluice.testing.Wire;

/// A response in short. Immutable.
///
/// @param status 444: the connection was closed without one
/// @param location the field of a redirect
/// @param body without that of nginx's own pages
record Answer(int status, String location, String body) {

    /// What nginx answers; with `absolute_redirect off` its redirects are as written.
    static Answer of(RunningNginx nginx, String target) throws IOException {
        return of(nginx, target, "localhost");
    }

    static Answer of(RunningNginx nginx, String target, String host) throws IOException {
        String response;
        try (Socket socket = nginx.connect(0)) {
            Wire.send(socket, "GET " + target + " HTTP/1.0\r\nHost: " + host + "\r\n\r\n");
            response = Wire.readAll(socket);
        }
        if (response.isEmpty()) {
            return new Answer(444, "", "");
        }
        int end = response.indexOf("\r\n\r\n");
        String head = response.substring(0, end);
        String body = response.substring(end + 4);
        int status = Integer.parseInt(head.substring(9, 12));
        return new Answer(status, field(head, "location"), body.contains("<center>nginx") ? "" : body);
    }

    private static String field(String head, String name) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }
}
