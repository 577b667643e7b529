/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Properties;

/** Has the servlet of {@code quirks} play, one request a scenario. Thread-safe. */
final class QuirksClient {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI application;

    QuirksClient(URI application) {
        this.application = application;
    }

    /**
     * Returns what the scenario saw.
     *
     * @param more names and values of further parameters, by turns
     */
    Properties play(String how, String pool, Object... more) throws IOException, InterruptedException {
        StringBuilder query = new StringBuilder("play?how=" + how + "&pool=" + pool);
        for (int i = 0; i < more.length; i += 2) {
            query.append('&').append(more[i]).append('=').append(more[i + 1]);
        }
        HttpRequest request = HttpRequest.newBuilder(application.resolve(query.toString()))
                .timeout(LIMIT)
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        Properties facts = new Properties();
        facts.load(new StringReader(response.body()));
        return facts;
    }
}
