/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static io.peerage.peer.Phase.CONNECT;
import static io.peerage.peer.Verdict.Standing.DOWN;
import static io.peerage.peer.Verdict.Standing.FULL;
import static io.peerage.peer.Verdict.Standing.SOUND;
import static io.peerage.peer.Verdict.Standing.SUSPECT;

import io.peerage.peer.ExceptionSorter;
import java.util.ArrayList;
import java.util.List;

/**
 * The exception table for PostgreSQL, and by the SQLState classes of the standard for drivers of which nothing is
 * known. Thread-safe: stateless.
 */
final class SqlStateErrors {

    private static final String PGJDBC = "measured with pgJDBC 42.7.14: ";
    private static final String POSTGRESQL = "PostgreSQL manual, appendix A: ";

    private SqlStateErrors() {}

    /** Returns the table. */
    static ExceptionSorter table() {
        return new RuleTable(rows());
    }

    /** What the driver does not take of the deployer's driver properties. */
    private static List<Rule> settings() {
        return List.of(
                setting().state("22023").keeps(SOUND).says(PGJDBC + "22023, prepareThreshold=abc and others"),
                setting()
                        .saying("^Invalid \\w+ value: ")
                        .keeps(SOUND)
                        .says(PGJDBC + "08001, sslmode=FOO, gssEncMode, channelBinding"),
                setting()
                        .saying("class provided .* could not be instantiated")
                        .keeps(SOUND)
                        .says(PGJDBC + "08006, socketFactory, sslfactory"),
                setting()
                        .state("99999")
                        .over(IllegalArgumentException.class)
                        .keeps(SOUND)
                        .says(PGJDBC + "99999, autosave=nope"),
                setting()
                        .saying("The server does not support SSL")
                        .keeps(SOUND)
                        .says(PGJDBC + "08004, TLS is asked for and the server has none"));
    }

    private static Rule.Draft setting() {
        return Rule.when(LinkRules.SETTING).at(CONNECT);
    }

    static List<Rule> rows() {
        List<Rule> rows = new ArrayList<>(LinkRules.settings());
        rows.addAll(settings());
        rows.addAll(List.of(
                Rule.when("too many connections")
                        .state("53300")
                        .refused()
                        .doubts(FULL)
                        .says(POSTGRESQL + "53300 too_many_connections"),
                Rule.when("starting up or shutting down")
                        .state("57P03")
                        .refused()
                        .doubts(DOWN)
                        .says(POSTGRESQL + "57P03 cannot_connect_now"),
                Rule.when("server crashed").state("57P02").doubts(DOWN).says(POSTGRESQL + "57P02 crash_shutdown"),
                Rule.when("shutting down")
                        .at(CONNECT)
                        .state("57P01")
                        .doubts(DOWN)
                        .says(POSTGRESQL + "57P01 admin_shutdown"),
                Rule.when("ended by the server")
                        .state("57P01")
                        .doubts(SUSPECT)
                        .says(POSTGRESQL + "57P01 admin_shutdown, which pg_terminate_backend sends as well"),
                Rule.when("database dropped").state("57P04").doubts(SOUND).says(POSTGRESQL + "57P04 database_dropped"),
                Rule.when("idle too long")
                        .state("57P05")
                        .refused()
                        .doubts(SOUND)
                        .says(POSTGRESQL + "57P05 idle_session_timeout"),
                Rule.when("idle too long in a transaction")
                        .state("25P03")
                        .doubts(SOUND)
                        .says(POSTGRESQL + "25P03 idle_in_transaction_session_timeout"),
                Rule.when("transaction too long")
                        .state("25P04")
                        .doubts(SOUND)
                        .says(POSTGRESQL + "25P04 transaction_timeout")));
        rows.addAll(LinkRules.rows());
        rows.add(LinkRules.otherwise());
        return rows;
    }
}
