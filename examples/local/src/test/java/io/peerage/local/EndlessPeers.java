/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.util.concurrent.CountDownLatch;

/** A program that starts peers, freezes one, prints their process ids and never ends by itself. Thread-safe. */
final class EndlessPeers {

    private EndlessPeers() {}

    public static void main(String[] args) throws InterruptedException {
        for (LocalPeer peer : LocalPeer.startAll(2)) {
            if (peer.name().equals("peer2")) {
                peer.freeze();
            }
            System.out.println(peer.pid());
        }
        new CountDownLatch(1).await();
    }
}
