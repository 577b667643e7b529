/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import io.peerage.local.PayaraMicro;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Properties;

/** Talks to the load application of a running server. Thread-safe. */
final class Client {

    private final HttpClient http = HttpClient.newHttpClient();
    private final PayaraMicro server;

    Client(PayaraMicro server) {
        this.server = server;
    }

    /**
     * What the application answered.
     *
     * @param served whether the database did; if not, {@code text} is the message of its exception
     */
    record Answer(boolean served, String text) {}

    /** Runs one query on a pool. */
    Answer ask(String pool) {
        HttpResponse<String> response = get("ask&pool=" + pool);
        return new Answer(response.statusCode() == 200, response.body());
    }

    void start(String pool, int threads) {
        get("start&pool=" + pool + "&threads=" + threads);
    }

    /** Has what begins from now on counted apart. */
    void mark() {
        get("mark");
    }

    Properties figures() {
        return parse(get("figures"));
    }

    Properties stop() {
        return parse(get("stop"));
    }

    private static Properties parse(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw new AssertionError(response.body());
        }
        Properties figures = new Properties();
        try {
            figures.load(new StringReader(response.body()));
        } catch (IOException e) {
            throw new AssertionError("a string cannot fail to be read", e);
        }
        return figures;
    }

    private HttpResponse<String> get(String action) {
        URI uri = server.uri().resolve("load/do?do=" + action);
        try {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(uri + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted in " + uri, e);
        }
    }
}
