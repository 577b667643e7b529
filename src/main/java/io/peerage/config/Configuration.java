/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pool is made with. Immutable.
 *
 * @param peersFile where the peers can be read again; null if they stand in the properties themselves
 */
public record Configuration(Settings settings, @Nullable PeersFile peersFile) {

    /** Makes the whole of the properties of {@code bean}, each of which has been checked; may read the file of peers. */
    static Configuration of(SettingAccessors bean) {
        PoolDefaults pool = new PoolDefaults(
                DriverProfile.of(bean.getDriver()),
                bean.getDatabaseName(),
                bean.getUserName(),
                bean.getPassword(),
                ConnectionProperties.parse(bean.getConnectionProperties()));
        String path = bean.getPeersFile();
        if (path.isEmpty()) {
            return new Configuration(settings(bean, PeersParser.parse(bean.getPeers(), pool), pool), null);
        }
        if (!bean.getPeers().isEmpty()) {
            throw SettingValues.bad(Setting.PEERS_FILE, path, "Peers is set too; set one of the two");
        }
        PeersFile file = new PeersFile(path, pool);
        return new Configuration(settings(bean, file.peers(file.firstText()), pool), file);
    }

    private static Settings settings(SettingAccessors bean, List<PeerSpec> peers, PoolDefaults pool) {
        Map<Setting, Object> values = new EnumMap<>(Setting.class);
        Setting.OF_POOL.forEach(setting -> values.put(setting, bean.value(setting)));
        String names = String.join(",", peers.stream().map(PeerSpec::name).toList());
        values.replace(Setting.GROUP_NAME, "", names);
        return new Settings(peers, pool.driver(), values);
    }
}
