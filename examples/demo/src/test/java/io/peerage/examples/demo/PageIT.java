/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.browser.Browser;
import io.peerage.browser.Page;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageIT {

    private static final int MOST_ON_THE_WIRE = 8;

    @TempDir
    private Path directory;

    @Test
    void killButtonShowsThePeerDownAndTheApplicationUnharmed() throws Exception {
        DemoSettings settings = DemoSettings.fromSystemProperties().withCheckIntervalSeconds(2);
        try (Browser browser = Browser.startOrSkip(directory);
                Demo demo = Demo.start(settings, line -> {});
                Page page = browser.open(demo.page())) {
            page.size(1280, 1230);
            for (String peer : new String[] {"peer1", "peer2", "peer3"}) {
                page.await(text(peer, ".state"), "Up"::equals);
                page.await(text(peer, ".recent"), share -> share.matches("(2[0-9]|3[0-9]|4[0-9]) %"));
            }
            assertThat(page.evaluate("document.querySelector('#connection').textContent"))
                    .isEqualTo("Live");
            page.await("document.querySelectorAll('#chart .area').length", "3"::equals);
            assertThat(page.evaluate(text("#errors"))).isEqualTo("0");

            page.evaluate("document.querySelector('[data-peer=peer1] button[data-action=kill]').click()");
            page.await(text("peer1", ".outcome"), "Killed (SIGKILL)"::equals);
            page.await(text("peer1", ".state"), state -> state.equals("Down") || state.equals("Probing"));
            page.await(text("peer1", ".recent"), "0 %"::equals);
            assertThat(page.evaluate(text("peer2", ".state"))).isEqualTo("Up");
            assertThat(Integer.parseInt(page.evaluate(text("#errors")))).isLessThanOrEqualTo(MOST_ON_THE_WIRE);
            page.screenshot(screenshot("demo.png"));
            page.colours("dark");
            page.screenshot(screenshot("demo-dark.png"));

            page.evaluate("document.querySelector('[data-peer=peer1] button[data-action=restart]').click()");
            page.await(text("peer1", ".state"), "Up"::equals);
            page.await(text("peer1", ".recent"), share -> share.matches("[1-9][0-9]? %"));

            demo.server().halt();
            page.await(text("#connection"), state -> state.startsWith("No figures for"));
            assertThat(page.evaluate("document.body.className")).contains("stale");
        }
    }

    private static Path screenshot(String name) {
        return Path.of(System.getProperty("peerage.demo.screenshots"), name);
    }

    private static String text(String selector) {
        return "document.querySelector('" + selector + "')?.textContent";
    }

    private static String text(String peer, String selector) {
        return text("[data-peer=" + peer + "] " + selector);
    }
}
