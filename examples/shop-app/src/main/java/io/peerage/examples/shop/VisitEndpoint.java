/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.shop;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;

/** Calls {@link Visits}: {@code how}, {@code note} and {@code commit} are parameters. Thread-safe. */
@WebServlet("/visit")
@SuppressWarnings("NullAway.Init") // the container injects before it calls
public class VisitEndpoint extends Endpoint {

    private static final long serialVersionUID = 1;

    @Inject
    private transient Visits visits;

    @Override
    void handle(HttpServletRequest request, Answer answer) throws Exception {
        String note = request.getParameter("note");
        boolean commit = Boolean.parseBoolean(request.getParameter("commit"));
        String how = request.getParameter("how");
        try {
            switch (how) {
                case "plain" -> visits.plain(note, commit);
                case "user" -> visits.user(note, commit);
                case "early" -> visits.early(note, commit);
                case "both" -> visits.both(note, commit);
                case "transactional" -> visits.transactional(note, commit);
                case "jpa" -> visits.jpa(note, commit);
                default -> throw new IllegalArgumentException("how is '" + how + "'");
            }
            answer.put("ended", "done");
        } catch (Visits.RollbackWanted wanted) {
            answer.put("ended", "rolled back");
        }
    }
}
