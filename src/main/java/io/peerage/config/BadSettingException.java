/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

/**
 * Says which property has a value that cannot be, and what is allowed. Never carries a secret: whoever throws it masks
 * the value first. Immutable.
 */
public class BadSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the message {@code property=value is not allowed: allowed}.
     *
     * @param property the name as the deployer writes it
     * @param value the offending value or the part of it that offends, already masked
     * @param allowed what would be allowed instead
     */
    public BadSettingException(String property, String value, String allowed) {
        super(property + "=" + value + " is not allowed: " + allowed);
    }

    /** Makes the same message for a property of the pool. */
    BadSettingException(Setting setting, String value, String allowed) {
        this(setting.propertyName(), value, allowed);
    }
}
