/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.List;

/** The file that lists the peers of a pool, to be read again. Immutable and thread-safe; reading it does I/O. */
public final class PeersSource {

    private final String path;
    private final String firstText;
    private final PeerDraft.PoolDefaults pool;

    PeersSource(String path, String firstText, PeerDraft.PoolDefaults pool) {
        this.path = path;
        this.firstText = firstText;
        this.pool = pool;
    }

    /** Returns where the file is, as the deployer wrote it. */
    public String path() {
        return path;
    }

    /** Returns what the file said when the pool's settings were read. */
    public String firstText() {
        return firstText;
    }

    /**
     * Returns what the file says now.
     *
     * @throws BadSettingException if it cannot be read
     */
    public String text() {
        return PeersFile.text(path);
    }

    /**
     * Returns the peers that {@code text} describes.
     *
     * @throws BadSettingException if a peer is not well described
     */
    public List<PeerSpec> peers(String text) {
        return PeerList.complete(PeersFile.parse(path, text, pool.driver()), pool, Setting.PEERS_FILE);
    }
}
