/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnWildFlyFormsIT extends FormsContract {

    OnWildFlyFormsIT() {
        super(new WildFlyExample(), WildFlyForms::new);
    }
}
