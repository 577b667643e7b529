/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.config.Setting;
import io.peerage.local.LocalPeer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of docs/console.md through the pages, from the archive to the flush; each step needs the ones before it. */
@ParameterizedClass
@ValueSource(strings = {"payara6", "glassfish7"})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {

    private static final String POOL = "shop-pool";
    private static final String SECRET = "Kp7-seen-nowhere";
    private static final int STEADY_POOL_SIZE = 8;

    @RegisterExtension
    static final Steps STEPS = new Steps();

    @TempDir
    private static Path directory;

    private static Site site;

    ConsoleIT(String server) {
        assertThat(site.server()).isEqualTo(server);
    }

    @BeforeParameterizedClassInvocation
    static void start(String server) throws Exception {
        site = Site.start(server, directory.resolve(server), SECRET);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        site.close();
    }

    @Test
    @Order(1)
    void archiveIsUploadedAndItsNameSuggested() throws Exception {
        Console console = site.console();
        console.chooseArchive(site.archive());
        assertThat(console.suggestedName()).isEqualTo("peerage");
        site.pictures().take("deploy", "#content", 700);
        console.deploy();
        assertThat(site.domain().asadmin("list-applications"))
                .contains("peerage")
                .contains("<connector>");
    }

    @Test
    @Order(2)
    void wizardShowsEachPropertyWithItsDefaultAndNeedsFour() throws Exception {
        Console console = site.console();
        console.beginPool(POOL, "peerage", "javax.sql.DataSource");
        List<Property> properties = console.properties();
        System.out.println(site.server() + " shows "
                + properties.stream().map(Property::name).toList());
        assertThat(properties.stream().collect(Collectors.toMap(Property::name, Property::value)))
                .isEqualTo(Arrays.stream(Setting.values())
                        .collect(Collectors.toMap(Setting::propertyName, Setting::defaultText)));
        assertThat(properties.stream().filter(Property::masked))
                .extracting(Property::name)
                .containsExactly("Password");

        console.sortProperties();
        console.set("Peers", site.peers());
        console.set("DatabaseName", LocalPeer.DATABASE);
        console.set("UserName", Site.USER);
        console.set("Password", SECRET);
        console.transactions("XATransaction");
        site.pictures().take("wizard", "[id='propertyForm:basicTable']", 1200);
        console.finishPool();
        console.openPool(POOL);
        assertThat(console.ping()).contains("Ping Succeeded");
        site.pictures().take("ping", "#content", 450);
        assertThat(site.storedPool(POOL)).contains("transaction-support=\"XATransaction\"");
    }

    @Test
    @Order(3)
    void passwordIsMaskedOnItsPageAndInTheLog() throws Exception {
        Console console = site.console();
        console.openProperties();
        assertThat(property("Password").masked()).isTrue();
        assertThat(property("Password").value()).isEqualTo(SECRET);
        assertThat(console.visibleText()).contains("Additional Properties").doesNotContain(SECRET);
        assertThat(site.domain().log()).anyMatch(line -> line.contains("PEERAGE-001"));
        assertThat(site.domain().log()).noneMatch(line -> line.contains(SECRET));
        assertThat(site.storedPool(POOL))
                .as("stored in clear, as docs/console.md says")
                .contains(SECRET);
    }

    @Test
    @Order(4)
    void aliasKeepsThePasswordOutOfTheConfiguration() throws Exception {
        Console console = site.console();
        site.createAlias("shop", SECRET);
        console.set("Password", "${ALIAS=shop}");
        assertThat(console.save()).contains("New values successfully saved");
        console.openGeneral();
        assertThat(console.ping()).contains("Ping Succeeded");
        assertThat(site.configuration()).contains("${ALIAS=shop}").doesNotContain(SECRET);
    }

    @Test
    @Order(5)
    void pingNamesThePropertyThatIsWrong() throws Exception {
        Console console = site.console();
        console.openProperties();
        console.set("CheckIntervalSeconds", "0");
        console.save();
        console.openGeneral();
        assertThat(console.ping())
                .contains("Ping Connection Pool failed")
                .contains("CheckIntervalSeconds=0 is not allowed: a whole number from 1 to 86400 (seconds)");
        site.pictures().take("wrong-property", "#content", 450);
        console.openProperties();
        console.set("CheckIntervalSeconds", "5");
        console.save();
        console.openGeneral();
        assertThat(console.ping()).contains("Ping Succeeded");
    }

    @Test
    @Order(6)
    void pingAsksForThePeersThatNobodyEntered() throws Exception {
        Console console = site.console();
        console.beginPool("empty-pool", "peerage", "javax.sql.DataSource");
        console.finishPool();
        console.openPool("empty-pool");
        assertThat(console.ping()).contains("Ping Connection Pool failed").contains("Peers");
        assertThat(site.storedPool("empty-pool"))
                .as("not XATransaction, which recovery looks for, as docs/console.md says")
                .contains("transaction-support=\"\"");
    }

    @Test
    @Order(7)
    void statisticsMove() throws Exception {
        Console console = site.console();
        console.createResource("jdbc/shop", POOL);
        assertThat(console.monitorPools()).contains("New values successfully saved");
        site.deployApplication();
        assertThat(served(1)).hasSize(1);
        console.openStatistics(POOL);
        Map<String, Long> before = console.statistics();
        assertThat(served(40)).as("peers that served 40 of 40").isEqualTo(site.ports());
        Map<String, Long> after = console.statistics();
        System.out.println(site.server() + ": statistics before 40 uses " + before + ", after " + after);
        site.pictures().take("statistics", "#content", 850);
        assertThat(after.get("NumConnAcquired")).isEqualTo(before.get("NumConnAcquired") + 40);
        assertThat(after.get("NumConnReleased")).isEqualTo(before.get("NumConnReleased") + 40);
        assertThat(after).containsEntry("NumConnUsed", 0L).containsEntry("NumConnFree", (long) STEADY_POOL_SIZE);
    }

    @Test
    @Order(8)
    void changedPropertyTakesEffectWithoutARestart() throws Exception {
        Console console = site.console();
        console.openPool(POOL);
        console.openProperties();
        console.set("Selection", "affinity");
        site.pictures().take("properties", "#content", 1000);
        assertThat(console.save()).contains("New values successfully saved");
        assertThat(served(20)).containsExactly(site.firstPort());
        assertThat(site.use("held", 40))
                .as("who was given its DataSource before keeps the old settings, as docs/console.md says")
                .contains(site.ports().toArray(Integer[]::new));
        site.reloadApplication();
        assertThat(site.use("held", 40)).containsOnly(site.firstPort());
        console.set("Selection", "random");
        console.save();
        assertThat(served(40)).isEqualTo(site.ports());
    }

    @Test
    @Order(9)
    void flushReplacesEveryConnection() throws Exception {
        Console console = site.console();
        console.openGeneral();
        Set<String> before = site.sessions();
        assertThat(console.flush()).contains("Flush Succeeded");
        assertThat(served(40)).isEqualTo(site.ports());
        assertThat(before).hasSizeGreaterThanOrEqualTo(STEADY_POOL_SIZE);
        assertThat(site.sessions())
                .hasSizeGreaterThanOrEqualTo(STEADY_POOL_SIZE)
                .doesNotContainAnyElementsOf(before);
        site.pictures().take("flush", "#content", 450);
    }

    private static Property property(String name) {
        return site.console().properties().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Returns the ports of the peers that served the application. */
    private static Set<Integer> served(int times) throws Exception {
        return site.use("found", times).stream().collect(Collectors.toCollection(TreeSet::new));
    }
}
