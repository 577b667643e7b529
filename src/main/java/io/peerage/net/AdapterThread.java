/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

/**
 * A thread of the adapter's own. To interrupt it is to end it, with whatever it waits for on a socket; an interrupt of
 * any other thread is between the application and itself.
 */
public final class AdapterThread extends Thread {

    public AdapterThread(Runnable task, String name) {
        super(task, name);
        setDaemon(true);
        // Not the application's: a thread made during a request would keep that application from being unloaded.
        setContextClassLoader(AdapterThread.class.getClassLoader());
    }
}
