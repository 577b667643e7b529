/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("AddressSelection") // they are addresses in letters
class ResolverTest {

    private static List<InetAddress> ofOneHost(String addresses) throws UnknownHostException {
        List<InetAddress> all = new ArrayList<>();
        for (String address : addresses.split(" ", -1)) {
            all.add(InetAddress.getByName(address));
        }
        Resolver resolver = host -> all;
        return resolver.ofOneHost().addresses("db");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "127.0.0.1 ::1"})
    void addressesOfOneHostAreReturned(String addresses) throws UnknownHostException {
        assertThat(ofOneHost(addresses)).hasSize(addresses.split(" ", -1).length);
    }

    @Test
    void whatMayBeSeveralHostsIsUnknown() {
        assertThatThrownBy(() -> ofOneHost("192.0.2.1 192.0.2.2"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("db has several addresses");
    }
}
