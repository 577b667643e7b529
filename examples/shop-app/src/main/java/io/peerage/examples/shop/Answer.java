/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.shop;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What an endpoint found out, sent as the text of a properties file. Confined to one request. */
final class Answer {

    private final Properties found = new Properties();

    /** Notes one finding; no value at all is written as "null". */
    Answer put(String name, @Nullable Object value) {
        found.setProperty(name, String.valueOf(value));
        return this;
    }

    void send(HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        found.store(response.getOutputStream(), null);
    }
}
