/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers the page's question how things go, in JSON. Thread-safe. */
@SuppressWarnings("serial") // servlets are Serializable by an accident of history, and no container serialises one
final class StatsServlet extends HttpServlet {

    private final transient Meter meter;
    private final transient PeerView peerView;

    StatsServlet(Meter meter, PeerView peerView) {
        this.meter = meter;
        this.peerView = peerView;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        String json;
        try {
            json = Json.write(stats(meter.snapshot(), peerView.byName()));
        } catch (SQLException e) {
            throw new ServletException(e);
        }
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter().write(json);
    }

    static Map<String, @Nullable Object> stats(
            Meter.Snapshot snapshot, Map<String, Map<String, @Nullable Object>> states) {
        List<Map<String, @Nullable Object>> peers = snapshot.peers().stream()
                .map(counts -> peer(counts, states.getOrDefault(counts.name(), Map.of())))
                .toList();
        List<Map<String, @Nullable Object>> failures =
                snapshot.failures().stream().map(StatsServlet::failure).toList();
        Map<String, @Nullable Object> stats = new LinkedHashMap<>();
        stats.put("second", snapshot.second());
        stats.put("peers", peers);
        stats.put("errors", snapshot.failed());
        stats.put("errorsPerSecond", snapshot.failedPerSecond());
        stats.put("maxLatencyMillis", snapshot.maxLatencyMillis());
        stats.put("recentErrors", failures);
        return stats;
    }

    private static Map<String, @Nullable Object> peer(Meter.PeerCounts counts, Map<String, @Nullable Object> state) {
        Map<String, @Nullable Object> peer = new LinkedHashMap<>(state);
        peer.put("name", counts.name());
        peer.put("total", counts.total());
        peer.put("lastTenSeconds", counts.recent());
        peer.put("perSecond", counts.perSecond());
        return peer;
    }

    private static Map<String, @Nullable Object> failure(Meter.Failure failure) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("at", failure.at().toString());
        fields.put("message", failure.message());
        return fields;
    }
}
