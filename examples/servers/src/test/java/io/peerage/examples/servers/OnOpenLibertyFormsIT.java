/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnOpenLibertyFormsIT extends FormsContract {

    OnOpenLibertyFormsIT() {
        super(new OpenLibertyExample(), OpenLibertyForms::new);
    }
}
