/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.usage;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceUnit;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.util.Properties;
import javax.sql.DataSource;

/**
 * Plays one of the {@link Scenarios}: {@code how}, {@code note} and {@code flag} (commit, or whatever the scenario
 * asks) are parameters. Answers with what it saw, as properties. Thread-safe.
 */
@WebServlet("/usage")
public class UsageServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Resource(lookup = "jdbc/direct")
    private transient DataSource source;

    @Resource(lookup = "jdbc/single")
    private transient DataSource single;

    @Resource(lookup = "jdbc/fragile")
    private transient DataSource fragile;

    /** Its non-jta-data-source is the same resource, which the server looks up with the suffix __nontx. */
    @PersistenceUnit(unitName = "apart")
    private transient EntityManagerFactory apart;

    @Resource
    private transient UserTransaction transaction;

    @Inject
    private transient Outer outer;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        Properties facts = new Properties();
        try {
            play(
                    request.getParameter("how"),
                    request.getParameter("note"),
                    Boolean.parseBoolean(request.getParameter("flag")),
                    facts);
        } catch (Exception e) {
            throw new ServletException(e);
        }
        response.setContentType("text/plain");
        facts.store(response.getOutputStream(), null);
    }

    private void play(String how, String note, boolean flag, Properties facts) throws Exception {
        Scenarios scenarios = new Scenarios(source, apart, single, transaction, facts);
        switch (how) {
            case "interleaved" -> scenarios.interleaved(note);
            case "across" -> scenarios.across(note, flag);
            case "beyond" -> scenarios.beyond(note, flag);
            case "twoHandles" -> scenarios.twoHandles(note, flag);
            case "nonTransactional" -> scenarios.nonTransactional(note, flag);
            case "leaked" -> scenarios.leaked(note, flag);
            case "lost" -> new Scenarios(fragile, apart, single, transaction, facts).lost(flag);
            case "nested" -> {
                try {
                    outer.work(note, flag, facts);
                } catch (IllegalStateException rolledBack) {
                    facts.setProperty("rolledBack", "true");
                }
            }
            default -> throw new IllegalArgumentException("how is " + how);
        }
    }
}
