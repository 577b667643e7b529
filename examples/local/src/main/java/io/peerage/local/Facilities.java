/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;

/**
 * What optional suites of tests need beyond Maven, as conditions for JUnit's {@code @EnabledIf}: a suite that cannot
 * run says why. Where the system property {@code peerage.ci} is true none may be left out, and the condition throws
 * instead. Thread-safe.
 */
public final class Facilities {

    private Facilities() {}

    /** Returns whether this machine has HAProxy. */
    public static boolean haProxy() {
        return given(
                "HAProxy",
                HaProxy.program().isPresent() ? Optional.empty() : Optional.of("there is no program haproxy"));
    }

    /** Returns whether packets can be dropped on this machine. */
    public static boolean firewall() {
        return given("a firewall", Firewall.obstacle());
    }

    /** Returns whether this machine has a JDK 25. */
    public static boolean java25() {
        return given(
                "JDK 25", Jdk.ofThisMachine().home(25).isPresent() ? Optional.empty() : Optional.of(Jdk.missing(25)));
    }

    /** Returns whether this machine has a MySQL server. */
    public static boolean mySql() {
        return given("MySQL", MySqlBinary.obstacle());
    }

    /** Returns whether this machine has Galera's library, which the MariaDB server that Maven brings can load. */
    public static boolean galera() {
        return given(
                "Galera",
                GaleraCluster.library().isPresent()
                        ? Optional.empty()
                        : Optional.of("its library (Debian package galera-4) is not at " + GaleraCluster.LIBRARIES));
    }

    /** Returns whether PostgreSQL can run on this machine. */
    public static boolean postgreSql() {
        return given("PostgreSQL", PostgreSqlBinary.obstacle());
    }

    /** Returns whether this machine answers at several addresses of its own, as Linux does. */
    public static boolean severalLoopbacks() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}))) {
            return given("several loopback addresses", Optional.empty(), socket.isBound());
        } catch (IOException e) {
            return given("several loopback addresses", Optional.of("127.0.0.2 is none of this machine's: " + e));
        }
    }

    private static boolean given(String facility, Optional<String> obstacle) {
        return given(facility, obstacle, Boolean.getBoolean("peerage.ci"));
    }

    static boolean given(String facility, Optional<String> obstacle, boolean mandatory) {
        if (obstacle.isEmpty()) {
            return true;
        }
        String reason = "What needs " + facility + " was not tested: " + obstacle.orElseThrow();
        if (mandatory) {
            throw new IllegalStateException(reason);
        }
        System.out.println(reason);
        return false;
    }
}
