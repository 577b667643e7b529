/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.util.Locale;

/**
 * What a text of SQL may leave behind in its session that no server reports: locks by name, locked tables, a
 * transaction of a server that tells nothing. Errs on the side of too much, for that costs a reset and too little costs
 * data; but is no parser, and knows nothing of what stored functions and triggers do.
 *
 * <p>Thread-safe: stateless.
 */
final class SqlText {

    /** Leaves nothing that is not reported. */
    static final int NOTHING = 0;
    /** Chooses the default database, and does nothing else. */
    static final int DATABASE = 1;
    /** May change the session. */
    static final int SESSION = 2;
    /** Runs a procedure or block, which may do anything. */
    static final int CALL = 4;
    /** Begins a transaction. */
    static final int TRANSACTION = 8;
    /** Takes on a role, which no reset of a session takes back. */
    static final int ROLE = 16;

    /** What most statements are, which are to cost no copy of their first word. */
    private static final String[] MOST = {"SELECT", "INSERT", "UPDATE", "DELETE"};

    /** How far behind CREATE or DROP the word TEMPORARY may stand: CREATE OR REPLACE LOCAL TEMPORARY. */
    private static final int MODIFIERS = 4;

    private SqlText() {}

    /** Returns what {@code sql} may leave behind, the sum of the above. */
    static int effects(String sql) {
        int effects = statement(sql, 0);
        for (int end = sql.indexOf(';'); end >= 0; end = sql.indexOf(';', end + 1)) {
            int next = statement(sql, end + 1);
            // of several statements only the last one's report may reach the application
            effects |= next == DATABASE ? SESSION : next;
        }
        return takesLock(sql) || setsVariable(sql) ? effects | SESSION : effects;
    }

    /** Returns what the statement that begins at {@code from} may leave behind, by its first words. */
    private static int statement(String sql, int from) {
        int start = skip(sql, from);
        int end = wordEnd(sql, start);
        if (end == start) {
            return wordless(sql, start);
        }
        if (isAny(sql, start, end, MOST)) {
            return NOTHING;
        }
        int next = skip(sql, end);
        return switch (sql.substring(start, end).toUpperCase(Locale.ROOT)) {
            case "LOCK",
                    "FLUSH",
                    "HANDLER",
                    "PREPARE",
                    "EXECUTE",
                    "BACKUP",
                    "XA",
                    "DECLARE",
                    "LISTEN",
                    "RESET",
                    "DISCARD" -> SESSION;
            case "SET" -> isAny(sql, next, wordEnd(sql, next), "ROLE") ? SESSION | ROLE : SESSION;
            case "CREATE", "DROP" -> isTemporary(sql, end) ? SESSION : NOTHING;
            // into a variable
            case "LOAD" -> sql.indexOf('@', end) >= 0 ? SESSION : NOTHING;
            case "USE" -> DATABASE;
            case "CALL" -> CALL;
            // with a text it is a block of PostgreSQL
            case "DO" -> sql.startsWith("$", next) || sql.startsWith("'", next) ? CALL : NOTHING;
            case "START" -> TRANSACTION;
            // also MariaDB's BEGIN NOT ATOMIC, a block
            case "BEGIN" -> TRANSACTION | CALL;
            default -> NOTHING;
        };
    }

    /** JDBC's escape calls a procedure; a comment is one that MySQL or MariaDB execute, for all others were skipped. */
    private static int wordless(String sql, int start) {
        return sql.startsWith("{", start) ? CALL : sql.startsWith("/", start) ? SESSION : NOTHING;
    }

    private static boolean isTemporary(String sql, int from) {
        int at = from;
        for (int i = 0; i < MODIFIERS; i++) {
            int start = skip(sql, at);
            at = wordEnd(sql, start);
            if (isAny(sql, start, at, "TEMPORARY", "TEMP")) {
                return true;
            }
            if (isAny(sql, start, at, "TABLE", "VIEW")) {
                return false;
            }
        }
        return false;
    }

    /** Returns where the next word begins: behind white space, opening parentheses and comments. */
    private static int skip(String sql, int from) {
        int at = from;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c) || c == '(') {
                at++;
            } else if (c == '#' || sql.startsWith("--", at)) {
                at = after(sql, "\n", at);
            } else if (sql.startsWith("/*", at) && !sql.startsWith("/*!", at) && !sql.startsWith("/*M!", at)) {
                at = after(sql, "*/", at + 2);
            } else {
                return at;
            }
        }
        return at;
    }

    private static int after(String sql, String mark, int from) {
        int found = sql.indexOf(mark, from);
        return found < 0 ? sql.length() : found + mark.length();
    }

    private static int wordEnd(String sql, int start) {
        int end = start;
        while (end < sql.length() && isPartOfWord(sql.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isPartOfWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static boolean isAny(String sql, int start, int end, String... words) {
        for (String word : words) {
            if (end - start == word.length() && sql.regionMatches(true, start, word, 0, word.length())) {
                return true;
            }
        }
        return false;
    }

    /** GET_LOCK( of MySQL and MariaDB, and its kin of PostgreSQL; set_config( there sets what SET does. */
    private static boolean takesLock(String sql) {
        for (int open = sql.indexOf('('); open >= 0; open = sql.indexOf('(', open + 1)) {
            int end = beforeSpace(sql, open);
            if (endsWith(sql, end, "_LOCK") || endsWith(sql, end, "_LOCK_SHARED") || endsWith(sql, end, "SET_CONFIG")) {
                return true;
            }
        }
        return false;
    }

    /** A user variable set within a query, which MySQL does not report: {@code @x := 1}, {@code INTO @x}. */
    private static boolean setsVariable(String sql) {
        int at = sql.indexOf('@');
        if (at < 0) {
            return false;
        }
        if (sql.indexOf(":=") >= 0) {
            return true;
        }
        for (; at >= 0; at = sql.indexOf('@', at + 1)) {
            if (endsWith(sql, beforeSpace(sql, at), "INTO")) {
                return true;
            }
        }
        return false;
    }

    private static int beforeSpace(String sql, int from) {
        int end = from;
        while (end > 0 && Character.isWhitespace(sql.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    private static boolean endsWith(String sql, int end, String word) {
        return sql.regionMatches(true, end - word.length(), word, 0, word.length());
    }
}
