package io.sluice.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

/// The JDK's HTTP server as the origin behind a proxy: tells what it was asked. Thread-safe.
final class HttpOrigin implements AutoCloseable {

    private final HttpServer server;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final List<Integer> clientPorts = new CopyOnWriteArrayList<>();

    private HttpOrigin(HttpServer server) {
        this.server = server;
    }

    /// Answers with the request: line, fields in lower case, empty line, body.
    static HttpOrigin echo() {
        return start(exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            StringBuilder text = new StringBuilder(exchange.getRequestMethod() + " " + exchange.getRequestURI() + "\n");
            exchange.getRequestHeaders().forEach((name, values) -> values.forEach(
                    value -> text.append(name.toLowerCase(java.util.Locale.ROOT)).append(": ").append(value).append('\n')));
            text.append('\n').append(new String(body, StandardCharsets.ISO_8859_1));
            byte[] answer = text.toString().getBytes(StandardCharsets.ISO_8859_1);
            exchange.getResponseHeaders().add("X-Origin", "yes");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, head ? -1 : answer.length);
            if (!head) {
                exchange.getResponseBody().write(answer);
            }
            exchange.close();
        });
    }

    static HttpOrigin start(HttpHandler handler) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 100);
            HttpOrigin origin = new HttpOrigin(server);
            server.setExecutor(origin.threads);
            server.createContext("/", exchange -> {
                origin.clientPorts.add(exchange.getRemoteAddress().getPort());
                handler.handle(exchange);
            });
            server.start();
            return origin;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A handler that answers with a status and a text.
    static HttpHandler answering(int status, String text) {
        return (HttpExchange exchange) -> {
            exchange.getRequestBody().readAllBytes();
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        };
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /// The proxy's port of each request so far.
    List<Integer> clientPorts() {
        return new ArrayList<>(clientPorts);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
