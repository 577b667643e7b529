/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of the database server: small in memory, quick to start, loopback only. Thread-safe. */
final class ServerOptions {

    /** Relative to the data directory: an absolute path could exceed the kernel's limit for socket names. */
    static final String SOCKET = "server.sock";

    private static final List<String> STORAGE = List.of(
            "--innodb-buffer-pool-size=6M",
            "--innodb-log-file-size=4M",
            "--innodb-log-buffer-size=2M",
            "--innodb-undo-tablespaces=0",
            "--innodb-temp-data-file-path=ibtmp1:1M:autoextend",
            "--aria-pagecache-buffer-size=128K",
            "--key-buffer-size=64K",
            "--aria-log-file-size=8M");

    private ServerOptions() {}

    /** What makes a data directory; the server must be run with the same storage options. */
    static List<String> install(ServerBinary binary, Path data, Path extraSql) {
        List<String> options = common(binary, data);
        options.add("--auth-root-authentication-method=normal");
        options.add("--skip-test-db");
        // Host names need not resolve: accounts are for 127.0.0.1.
        options.add("--force");
        options.add("--extra-file=" + extraSql);
        return options;
    }

    /** Runs a server; the socket and the pid file lie in the data directory. */
    static List<String> server(ServerBinary binary, Path data, int port) {
        List<String> options = common(binary, data);
        options.addAll(List.of(
                "--port=" + port,
                "--server-id=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + SOCKET,
                "--pid-file=server.pid",
                // A server that starts deletes the temporary tables of all that share a folder with it.
                "--tmpdir=" + data,
                "--skip-name-resolve",
                "--performance-schema=OFF",
                "--innodb-flush-log-at-trx-commit=2",
                // Here servers are killed, never the machine, and what they wrote outlives them in its page cache. A
                // busy disk would make one peer slow for seconds, and its share small.
                "--innodb-flush-method=nosync",
                "--skip-innodb-doublewrite",
                "--table-open-cache=64",
                "--max-connections=200",
                "--open-files-limit=1024"));
        return options;
    }

    private static List<String> common(ServerBinary binary, Path data) {
        List<String> options = new ArrayList<>(List.of(
                "--no-defaults",
                "--basedir=" + binary.home(),
                "--lc-messages-dir=" + binary.home().resolve("share"),
                "--datadir=" + data,
                // Without this, each start computes a TLS key for seconds.
                "--skip-ssl"));
        options.addAll(Flavour.rootOptions());
        options.addAll(STORAGE);
        return options;
    }
}
