/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

final class OnPayaraMicroFormsIT extends FormsContract {

    OnPayaraMicroFormsIT() {
        super(new PayaraMicroExample(), PayaraMicroForms::new);
    }
}
