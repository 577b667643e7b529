/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo.app;

import io.peerage.PeerDataSource;
import io.peerage.PeerStatus;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Shows what the resource adapter thinks of each peer: the one place here that knows the adapter. Thread-safe. */
final class PeerView {

    private final DataSource dataSource;

    PeerView(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Returns the status of each peer by its name, ready for {@link Json}. */
    Map<String, Map<String, @Nullable Object>> byName() throws SQLException {
        return dataSource.unwrap(PeerDataSource.class).peers().stream()
                .collect(Collectors.toMap(PeerStatus::name, PeerView::fields));
    }

    // A LinkedHashMap and not Map.of: the cause may be null.
    private static Map<String, @Nullable Object> fields(PeerStatus status) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("state", status.state());
        fields.put("cause", status.cause());
        fields.put("sinceMillis", status.sinceMillis());
        fields.put("nextCheckMillis", status.nextCheckMillis());
        fields.put("connections", status.connections());
        fields.put("units", status.units());
        return fields;
    }
}
