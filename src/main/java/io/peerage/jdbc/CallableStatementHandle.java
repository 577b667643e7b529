/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.jdbc;

import java.sql.CallableStatement;

/** A callable statement as the application holds it. Thread-safe as far as the driver is. */
public class CallableStatementHandle extends DelegatingCallableStatement {

    CallableStatementHandle(Association association, Session session, CallableStatement delegate) {
        super(association, session, delegate);
    }
}
