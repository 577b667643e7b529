/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import org.jspecify.annotations.Nullable;

/** A driver of which nothing is known: notes what it is told. Confined to one test. */
public class FakeXaDataSource implements XADataSource {

    final List<String> said = new ArrayList<>();

    public void setServerName(String value) {
        said.add("serverName=" + value);
    }

    public void setPortNumber(int value) {
        said.add("portNumber=" + value);
    }

    public void setDatabaseName(String value) {
        said.add("databaseName=" + value);
    }

    public void setURL(String value) {
        said.add("url=" + value);
    }

    public void setFetchSize(int value) {
        said.add("fetchSize=" + value);
    }

    public void setLazy(boolean value) {
        said.add("lazy=" + value);
    }

    public void setLimit(Long value) {
        said.add("limit=" + value);
    }

    /** Overloaded, as drivers do: text is preferred. */
    public void setLabel(int value) {
        said.add("label as number");
    }

    public void setLabel(String value) {
        said.add("label=" + value);
    }

    public void setRefusedPassword(String value) throws SQLException {
        throw new SQLException("password=" + value);
    }

    @Override
    public void setLoginTimeout(int seconds) {
        said.add("loginTimeout=" + seconds);
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public XAConnection getXAConnection() throws SQLException {
        throw new SQLException("connects to nothing");
    }

    @Override
    public XAConnection getXAConnection(String user, String password) throws SQLException {
        throw new SQLException("connects to nothing");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}
