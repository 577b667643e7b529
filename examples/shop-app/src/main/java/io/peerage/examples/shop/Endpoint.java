/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.shop;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;

/** Answers with status 200, or with 500 and the whole cause, which is what a test wants to see. Thread-safe. */
abstract class Endpoint extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Override
    protected final void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Answer answer = new Answer();
        try {
            handle(request, answer);
            answer.send(response);
        } catch (Exception e) {
            response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            response.setContentType("text/plain");
            PrintWriter writer = response.getWriter();
            e.printStackTrace(writer);
        }
    }

    abstract void handle(HttpServletRequest request, Answer answer) throws Exception;
}
