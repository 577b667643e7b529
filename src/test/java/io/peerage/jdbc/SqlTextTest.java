/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "select id from t where mail = 'a@b.example' and note in ('into the blue', 'x')",
                "INSERT INTO t VALUES (?, @@hostname)",
                "UPDATE t SET v = (SELECT MAX(v) FROM u)",
                "CREATE TABLE temporary_things (i INT)",
                "DROP TABLE temp",
                "/* SET nothing */ SELECT 1",
                "-- LOCK TABLES t\nSELECT 1",
                "# a note",
                "settle",
                "(SELECT 1) UNION (SELECT 2)",
                "WITH x AS (SELECT 1) SELECT * FROM x",
                "SHOW TABLES",
                "COMMIT",
                "DO 0",
                "CREATE OR REPLACE TABLE t (temp INT)",
                "",
                " ;; ",
                "SELECT 1;",
                "/* never ends",
            })
    void leavesNothing(String sql) {
        assertThat(SqlText.effects(sql)).isEqualTo(SqlText.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET @x = 1",
                "\n\tset\u00a0time_zone = 'UTC'",
                "/* a */ /* b */ SET x = 1",
                "#a\nSET x = 1",
                "-- a\r\nset x = 1",
                "LOCK TABLES t READ",
                "FLUSH TABLES WITH READ LOCK",
                "HANDLER t OPEN",
                "PREPARE p FROM 'SELECT 1'",
                "EXECUTE IMMEDIATE 'SET @x = 1'",
                "CREATE TEMPORARY TABLE t (i INT)",
                "create /* c */ temporary table t (i int)",
                "CREATE TEMP TABLE t (i INT)",
                "DROP TEMPORARY TABLE t",
                "SELECT GET_LOCK('a', 1)",
                "select get_lock ( 'a', 1)",
                "DO GET_LOCK\n('a', 1)",
                "SELECT pg_advisory_lock(1)",
                "SELECT pg_try_advisory_lock_shared(1)",
                "SELECT set_config('a.b', 'c', false)",
                "SELECT @x := 1",
                "SELECT id INTO @x FROM t",
                "LOAD DATA LOCAL INFILE 'f' INTO TABLE t (a, @b)",
                "/*!40101 SET NAMES utf8 */",
                "/*M! SET NAMES utf8 */",
                "SELECT 1; SET x = 1",
                "SELECT 1; USE b",
                "BACKUP STAGE START",
                "XA START 'a'",
                "LISTEN news",
                "CREATE OR REPLACE TEMPORARY TABLE t (i INT)",
                "CREATE LOCAL TEMPORARY TABLE t (i INT)",
                "CREATE GLOBAL TEMP TABLE t (i INT)",
                "CREATE OR REPLACE TEMP VIEW v AS SELECT 1",
                "SET ROLE boss",
            })
    void mayChangeTheSession(String sql) {
        assertThat(SqlText.effects(sql) & SqlText.SESSION).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"USE b", "use `b`;", " /* x */ Use b ; "})
    void choosesTheDatabaseOnly(String sql) {
        assertThat(SqlText.effects(sql)).isEqualTo(SqlText.DATABASE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CALL p()",
                "{call p(?)}",
                "{? = call f()}",
                "DO $$ BEGIN END $$",
                "DO 'x'",
                "BEGIN NOT ATOMIC SELECT 1; END"
            })
    void calls(String sql) {
        assertThat(SqlText.effects(sql) & SqlText.CALL).isNotZero();
    }

    @Test
    void takesOnARole() {
        assertThat(SqlText.effects("set /* a */ role none") & SqlText.ROLE).isNotZero();
        assertThat(SqlText.effects("SET rolex = 1") & SqlText.ROLE).isZero();
    }

    @Test
    void beginsATransaction() {
        assertThat(SqlText.effects("START TRANSACTION READ ONLY")).isEqualTo(SqlText.TRANSACTION);
        assertThat(SqlText.effects("begin") & SqlText.TRANSACTION).isNotZero();
    }
}
