/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Galera's state snapshot transfer for nodes of one machine: the donor copies its files into the joiner's directory.
 * MariaDB's own scripts come with other packages, and do not run as root. Stateless.
 */
final class StateTransfer {

    /** The value of {@code wsrep_sst_method}. */
    static final String METHOD = "copy";

    /**
     * Run by the server on both sides. The joiner's address is its directory; a file in it says that all is there, and
     * up to which transaction. With {@code --bypass} only that is told, and the transactions that are missing follow. A
     * donor waits, still taking writes, while there is a file {@code hold} beside the program.
     */
    private static final String SCRIPT = """
            #!/bin/sh
            set -eu
            bypass= parent=$PPID
            while [ $# -gt 0 ]; do case $1 in
              --role) role=$2;; --address) address=$2;; --datadir) data=${2%/};; --gtid) gtid=$2;; --parent) parent=$2;;
              --bypass) bypass=1;;
            esac; shift; done
            await() { until [ -s "$1" ]; do kill -0 "$parent"; sleep 0.05; done; }
            own='galera.cache grastate.dat gvwstate.dat server.pid server.sock ibtmp1 tables_flushed sst.done'
            if [ "$role" = joiner ]; then
              rm -f "$data/sst.done"
              echo "ready $data"
              await "$data/sst.done"
              cat "$data/sst.done"
              rm -f "$data/sst.done"
              exit
            fi
            if [ -z "$bypass" ]; then
              while [ -e "$(dirname "$0")/hold" ]; do kill -0 "$parent"; sleep 0.05; done
              rm -f "$data/tables_flushed"
              echo "flush tables"
              await "$data/tables_flushed"
              gtid=$(cat "$data/tables_flushed")
              rm -f "$data/tables_flushed"
              keep= skip=
              for file in $own; do keep="$keep ! -name $file"; skip="$skip --exclude=./$file"; done
              find "$address" -mindepth 1 -maxdepth 1 $keep -exec rm -rf {} +
              tar -C "$data" $skip -cf - . | tar -C "$address" -xf -
            fi
            echo "continue"
            echo "$gtid" > "$address/sst.part"
            mv "$address/sst.part" "$address/sst.done"
            echo "done $gtid"
            """;

    private StateTransfer() {}

    /** Writes the program, which has to lie on the PATH of the servers. */
    static void writeTo(Path directory) {
        Path script = Directories.write(directory.resolve("wsrep_sst_" + METHOD), SCRIPT);
        try {
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make " + script + " executable", e);
        }
    }
}
