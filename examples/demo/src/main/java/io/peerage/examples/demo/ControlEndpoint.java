/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.peerage.local.LocalPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Lets the application's page kill, freeze, thaw and restart the peers that this process started. Thread-safe. */
final class ControlEndpoint implements AutoCloseable {

    // Only the application sends it; a web page of another site cannot.
    private static final String OWN_HEADER = "X-Peerage-Demo";

    private final Map<String, LocalPeer> peers;
    private final HttpServer server;

    private ControlEndpoint(List<LocalPeer> peers, HttpServer server) {
        this.peers = peers.stream().collect(Collectors.toMap(LocalPeer::name, peer -> peer));
        this.server = server;
    }

    static ControlEndpoint start(List<LocalPeer> peers) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ControlEndpoint endpoint = new ControlEndpoint(peers, server);
        server.createContext("/control", endpoint::answer);
        server.start();
        return endpoint;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/control");
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")
                    || exchange.getRequestHeaders().getFirst(OWN_HEADER) == null) {
                answer(exchange, 405, "Only POST with the header " + OWN_HEADER);
                return;
            }
            Map<String, String> query = query(exchange.getRequestURI());
            try {
                answer(exchange, 200, carryOut(query.getOrDefault("action", ""), query.getOrDefault("peer", "")));
            } catch (IllegalArgumentException e) {
                answer(exchange, 400, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                answer(exchange, 500, e.toString());
            }
        }
    }

    /** Returns a sentence about what was done. */
    private String carryOut(String action, String name) {
        LocalPeer peer = peers.get(name);
        if (peer == null) {
            throw new IllegalArgumentException("peer is '" + name + "', allowed are " + peers.keySet());
        }
        switch (action) {
            case "kill" -> {
                peer.kill();
                return "Killed (SIGKILL)";
            }
            case "freeze" -> {
                if (!peer.isRunning()) {
                    return "Nothing to freeze: it does not run";
                }
                peer.freeze();
                return "Frozen (SIGSTOP)";
            }
            case "thaw" -> {
                peer.thaw();
                return peer.isRunning() ? "Thawed (SIGCONT)" : "Nothing to thaw: it does not run";
            }
            case "restart" -> {
                peer.restart();
                return "Restarted";
            }
            default ->
                throw new IllegalArgumentException(
                        "action is '" + action + "', allowed are kill, freeze, thaw, restart");
        }
    }

    private static Map<String, String> query(URI uri) {
        String query = uri.getQuery() == null ? "" : uri.getQuery();
        return Arrays.stream(query.split("&", -1))
                .map(part -> part.split("=", 2))
                .collect(Collectors.toMap(part -> part[0], part -> part.length > 1 ? part[1] : "", (a, b) -> b));
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
