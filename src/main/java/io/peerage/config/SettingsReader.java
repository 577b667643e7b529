/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Makes the checked whole of a pool's properties. Thread-safe: stateless; reads the file that lists the peers. */
final class SettingsReader {

    private SettingsReader() {}

    /** Reads and checks the properties of {@code bean}. */
    static Configuration read(SettingAccessors bean) {
        DriverProfile driver = DriverProfile.of(bean.getDriver());
        boolean inFile = !bean.getPeersFile().isEmpty();
        if (!bean.getPeers().isEmpty() && inFile) {
            throw SettingValues.bad(Setting.PEERS_FILE, bean.getPeersFile(), "Peers is set too; set one of the two");
        }
        String text = inFile ? PeersFile.text(bean.getPeersFile()) : "";
        List<PeerDraft> drafts = inFile
                ? PeersFile.parse(bean.getPeersFile(), text, driver)
                : PeersParser.parse(bean.getPeers(), driver);
        if (drafts.isEmpty()) {
            throw SettingValues.bad(
                    Setting.PEERS, bean.getPeers(), "list at least one peer, e.g. db1:3306, or set PeersFile");
        }
        PeerDraft.PoolDefaults pool = new PeerDraft.PoolDefaults(
                driver,
                bean.getDatabaseName(),
                bean.getUserName(),
                bean.getPassword(),
                ConnectionProperties.parse(bean.getConnectionProperties()),
                ConnectionProperties.hidden(bean.getConnectionProperties()));
        List<PeerSpec> peers = PeerList.complete(drafts, pool, inFile ? Setting.PEERS_FILE : Setting.PEERS);
        return new Configuration(
                settings(bean, driver, peers), inFile ? new PeersSource(bean.getPeersFile(), text, pool) : null);
    }

    private static Settings settings(SettingAccessors bean, DriverProfile driver, List<PeerSpec> peers) {
        String groupName = bean.getGroupName();
        return new Settings(
                peers,
                driver,
                bean.getSelection(),
                Duration.ofSeconds(bean.getCheckIntervalSeconds()),
                Duration.ofMillis(bean.getAcquireTimeoutMillis()),
                Duration.ofMillis(bean.getConnectTimeoutMillis()),
                Duration.ofMillis(bean.getSocketTimeoutMillis()),
                Duration.ofMillis(bean.getValidationTimeoutMillis()),
                Duration.ofMillis(bean.getValidateAfterIdleMillis()),
                Duration.ofMillis(bean.getHungAfterMillis()),
                Duration.ofSeconds(bean.getMaxLifetimeSeconds()),
                bean.getRebalancePerSecond(),
                bean.getReadinessCheck(),
                WhenAllDown.valueOf(bean.getWhenAllDown().toUpperCase(Locale.ROOT)),
                bean.getTwoPhaseCommit(),
                RecoveryPolicy.of(bean.getRecoveryPolicy()),
                Duration.ofSeconds(bean.getRecoveryWaitSeconds()),
                bean.getExceptionSorter(),
                groupName.isEmpty() ? names(peers) : groupName);
    }

    private static String names(List<PeerSpec> peers) {
        return String.join(",", peers.stream().map(PeerSpec::name).toList());
    }
}
