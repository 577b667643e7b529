/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Hands the page's wish to kill, freeze, thaw or restart a peer on to the launcher, which started it. Thread-safe. */
final class ControlServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    // Only a script of this very page can set a header of its own: no other web site can press these buttons.
    private static final String OWN_HEADER = "X-Peerage-Demo";
    private static final Set<String> ACTIONS = Set.of("kill", "freeze", "thaw", "restart");
    private static final Pattern PEER = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final URI control;
    private final transient HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** @param control the launcher's address for such wishes */
    ControlServlet(URI control) {
        this.control = control;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String action = request.getParameter("action");
        String peer = request.getParameter("peer");
        String wrong = complaint(request.getHeader(OWN_HEADER), action, peer);
        if (wrong != null) {
            answer(response, HttpServletResponse.SC_BAD_REQUEST, wrong);
            return;
        }
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(control + "?action=" + action + "&peer=" + peer))
                            .header(OWN_HEADER, "1")
                            .timeout(LIMIT)
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            answer(response, answer.statusCode(), answer.body());
        } catch (IOException e) {
            answer(response, HttpServletResponse.SC_BAD_GATEWAY, "The launcher does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "The server is stopping");
        }
    }

    static @Nullable String complaint(@Nullable String header, @Nullable String action, @Nullable String peer) {
        if (header == null) {
            return "The header " + OWN_HEADER + " is missing";
        }
        if (action == null || !ACTIONS.contains(action)) {
            return "action is '" + action + "', allowed are kill, freeze, thaw, restart";
        }
        if (peer == null || !PEER.matcher(peer).matches()) {
            return "peer is '" + peer + "', allowed is a peer's name";
        }
        return null;
    }

    private static void answer(HttpServletResponse response, int status, String text) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain");
        response.setCharacterEncoding("UTF-8");
        response.getWriter().write(text);
    }
}
