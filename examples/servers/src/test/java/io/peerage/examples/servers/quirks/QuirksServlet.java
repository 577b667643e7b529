/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers.quirks;

import jakarta.annotation.Resource;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.util.Properties;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/**
 * Plays one of the {@link Scenarios} inside the server: {@code how}, {@code pool} and {@code other} (JNDI names),
 * {@code note} and {@code flag} are parameters. Answers with what it saw, as properties. Thread-safe.
 */
@WebServlet("/play")
@SuppressWarnings("BanJNDI") // the names come from the test
public class QuirksServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Resource
    private transient UserTransaction transaction;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        Properties facts = new Properties();
        try {
            play(request, facts);
        } catch (Exception e) {
            throw new ServletException(e);
        }
        response.setContentType("text/plain");
        facts.store(response.getOutputStream(), null);
    }

    private void play(HttpServletRequest request, Properties facts) throws Exception {
        Scenarios scenarios = new Scenarios(pool(request.getParameter("pool")), transaction, facts);
        String note = request.getParameter("note");
        boolean flag = Boolean.parseBoolean(request.getParameter("flag"));
        switch (request.getParameter("how")) {
            case "work" -> scenarios.work(note);
            case "lostAndAgain" -> scenarios.lostAndAgain();
            case "lostInTransaction" -> scenarios.lostInTransaction(note, otherPool(request));
            case "across" -> scenarios.across(note, flag);
            case "held" -> scenarios.held(flag);
            case "both" -> scenarios.both(note, otherPool(request), flag);
            case "threads" -> Scenarios.threads(facts);
            default -> throw new IllegalArgumentException("how is " + request.getParameter("how"));
        }
    }

    /** Returns the pool that takes part besides, or null for none. */
    private static DataSource otherPool(HttpServletRequest request) throws NamingException {
        String other = request.getParameter("other");
        return other == null ? null : pool(other);
    }

    private static DataSource pool(String name) throws NamingException {
        return (DataSource) new InitialContext().lookup(name);
    }
}
