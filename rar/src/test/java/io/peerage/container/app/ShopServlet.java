/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.app;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Lets a test outside call {@link Shop}: {@code how}, {@code note} and {@code commit} are parameters. Thread-safe. */
@WebServlet("/visit")
public class ShopServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Inject
    private transient Shop shop;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        String note = request.getParameter("note");
        boolean commit = Boolean.parseBoolean(request.getParameter("commit"));
        try {
            switch (request.getParameter("how")) {
                case "user" -> shop.visit(note, commit);
                case "both" -> shop.visitBoth(note, commit);
                case "transactional" -> shop.visitTransactional(note, commit);
                default -> throw new ServletException("how is one of user, both, transactional");
            }
        } catch (IllegalStateException rolledBack) {
            response.setStatus(HttpServletResponse.SC_CONFLICT);
        } catch (Exception e) {
            throw new ServletException(e);
        }
        response.getWriter().print("done");
    }
}
