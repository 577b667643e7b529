/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.Patience;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls the application from outside, each request with a connection's worth of work. Thread-safe. */
final class ShopClient {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Over HTTP/2, Open Liberty has ended a connection with requests on it soon after a change of its configuration. */
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI application;

    ShopClient(URI server) {
        this(server, "shop");
    }

    /** @param application the name of one that answers as the shop does */
    ShopClient(URI server, String application) {
        this.application = server.resolve(application + "/");
    }

    /**
     * Returns what the application answered.
     *
     * @throws RefusedException with the whole answer, if its status is not 200
     * @throws IOException if there is no answer
     */
    Properties get(String pathAndQuery) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(application.resolve(pathAndQuery))
                .timeout(LIMIT)
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new RefusedException(
                    pathAndQuery + " was answered with " + response.statusCode() + ":\n" + response.body());
        }
        Properties answer = new Properties();
        answer.load(new StringReader(response.body()));
        return answer;
    }

    /**
     * Returns when the application is deployed, and has it do nothing for that: GlassFish recovers nothing any more
     * once a transaction has begun. Payara Server has answered with 404 after it had said that the application was
     * loaded.
     */
    void awaitDeployed() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(application.resolve("query"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .timeout(LIMIT)
                .build();
        AtomicInteger status = new AtomicInteger();
        Patience.await(
                application + " to be deployed",
                LIMIT,
                () -> {
                    status.set(http.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode());
                    return status.get() == 200;
                },
                status::get);
    }

    /** The application answered, but not with what was asked for. */
    static final class RefusedException extends IOException {

        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }
}
