/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnTomEEFormsIT extends FormsContract {

    OnTomEEFormsIT() {
        super(new TomEEExample(), TomEEForms::new);
    }
}
