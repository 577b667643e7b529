/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

/**
 * Says which property has a value that cannot be, and what is allowed. Never carries a secret: whoever throws it masks
 * the value first. Immutable.
 */
public class BadSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String property;

    /**
     * Makes the message {@code property=value is not allowed: allowed}.
     *
     * @param property the name as the deployer writes it
     * @param value the offending value or the part of it that offends, already masked
     * @param allowed what would be allowed instead
     */
    public BadSettingException(String property, String value, String allowed) {
        super(property + "=" + value + " is not allowed: " + allowed);
        this.property = property;
    }

    /** Returns the name of the property, so that a container or a test need not read the message. */
    public String property() {
        return property;
    }
}
