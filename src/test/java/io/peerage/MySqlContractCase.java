/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import org.junit.jupiter.api.Tag;

/** The contract for servers of MySQL's protocol. The build runs it with two releases of each driver, by this tag. */
@Tag("two-drivers")
abstract class MySqlContractCase extends ContractCase implements MySqlPeekContract {}
