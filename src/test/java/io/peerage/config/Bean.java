/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

/** The abstract bean, made concrete as the managed connection factory will. Thread-safe as its base is. */
class Bean extends ConfigurationBean {

    private static final long serialVersionUID = 1L;

    static Bean withPeers(String peers) {
        Bean bean = new Bean();
        bean.setPeers(peers);
        return bean;
    }
}
