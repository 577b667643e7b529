/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.nio.file.Path;
import java.util.List;

/**
 * The make of a database server and the way it is set up: what a {@link LocalPeer} needs to know to prepare, start and
 * ask one. Immutable.
 */
public abstract class Flavour {

    /** Name of the database that every server has. */
    static final String DATABASE = "shop";

    /** An account with all rights on {@link #DATABASE} and no others, so that {@code read_only} binds it. */
    static final String USER = "app";

    /** What {@link #USER} logs in with. */
    static final String PASSWORD = "app";

    Flavour() {}

    /** Returns data with the database and the accounts, to be copied for each server. */
    abstract DataTemplate template();

    /** Returns the command that runs a server in its data directory, in the foreground. */
    abstract List<String> server(Path data, int port);

    /** Hands a new peer's directory, in which its data lie, to the user that the server runs as. */
    void own(Path directory) {}

    /** Removes what a killed server has left behind that would be taken for a running one's. */
    abstract void beforeStart(Path data);

    /** Returns whether a server that was started accepts logins, and is this one. */
    abstract boolean isReady(Path data, int port);

    /**
     * Runs SQL as the administrator of a running server.
     *
     * @return the rows, one per line, columns separated by tabs, without headings
     * @throws IllegalStateException with the server's message, if a statement fails
     */
    abstract String execute(Path data, int port, String sql);

    /** Returns the signal that ends the server in order, and its clients' sessions with it. */
    String stopSignal() {
        return "TERM";
    }

    /** Returns the options that this user's server program needs beyond those of others. */
    static List<String> rootOptions() {
        return "root".equals(System.getProperty("user.name")) ? List.of("--user=root") : List.of();
    }
}
