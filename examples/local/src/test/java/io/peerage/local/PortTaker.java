/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

/** A program that tries to reserve the port it is given, prints whether it could, and ends. */
final class PortTaker {

    private PortTaker() {}

    public static void main(String[] args) {
        System.out.println(Ports.reserve(Integer.parseInt(args[0])));
    }
}
