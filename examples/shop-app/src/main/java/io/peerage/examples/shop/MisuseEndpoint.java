/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.shop;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** Handles handles as they should not be, and says what came of it. Thread-safe. */
@WebServlet("/misuse")
@SuppressWarnings("NullAway.Init") // the container sets the resources before it calls any method
public class MisuseEndpoint extends Endpoint {

    private static final long serialVersionUID = 1;

    @Resource(lookup = "java:comp/env/jdbc/shop")
    private transient DataSource shop;

    @Resource
    private transient UserTransaction transaction;

    @Override
    void handle(HttpServletRequest request, Answer answer) throws Exception {
        compare(answer);
        closeTwice(answer);
        demarcateWithinTheContainersTransaction(answer, request.getParameter("note"));
    }

    private void compare(Answer answer) throws SQLException {
        try (Connection connection = shop.getConnection();
                Statement statement = connection.createStatement()) {
            answer.put("class", connection.getClass().getName())
                    .put("foundInAList", List.of(connection).contains(connection))
                    .put("unwrapped", Sql.text(connection.unwrap(Connection.class), "SELECT 'works'"))
                    .put("ofItsStatement", Sql.text(statement.getConnection(), "SELECT 'works'"));
            statement.getConnection().close();
            answer.put("closedByItsStatement", connection.isClosed());
        }
    }

    @SuppressWarnings("resource") // the point is to use what is closed
    private void closeTwice(Answer answer) throws SQLException {
        Connection connection = shop.getConnection();
        Statement statement = connection.createStatement();
        connection.close();
        connection.close();
        answer.put("connectionIsClosed", connection.isClosed()).put("statementIsClosed", statement.isClosed());
        answer.put("createStatement", outcome(connection::createStatement))
                .put("commit", outcome(connection::commit))
                .put("setAutoCommit", outcome(() -> connection.setAutoCommit(false)))
                .put("executeQuery", outcome(() -> statement.executeQuery("SELECT 1")));
        try (Connection next = shop.getConnection()) {
            answer.put("next", Sql.text(next, "SELECT 'works'"));
            answer.put("closedStill", outcome(connection::createStatement));
        }
    }

    private void demarcateWithinTheContainersTransaction(Answer answer, String note) throws Exception {
        transaction.begin();
        try (Connection connection = shop.getConnection()) {
            Sql.update(connection, "INSERT INTO visit (note) VALUES ('" + note + "')");
            answer.put("jta.commit", outcome(connection::commit))
                    .put("jta.rollback", outcome(connection::rollback))
                    .put("jta.setAutoCommit", outcome(() -> connection.setAutoCommit(true)));
        } finally {
            transaction.rollback();
        }
    }

    private static String outcome(Call call) {
        try {
            call.run();
            return "no error";
        } catch (SQLException e) {
            return "SQLState " + e.getSQLState();
        } catch (Exception e) {
            return e.toString();
        }
    }

    private interface Call {
        void run() throws Exception;
    }
}
