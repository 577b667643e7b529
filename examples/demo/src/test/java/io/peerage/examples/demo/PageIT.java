/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MOST_ON_THE_WIRE = 8;

    @TempDir
    private Path directory;

    @Test
    void killButtonShowsThePeerDownAndTheApplicationUnharmed() throws Exception {
        Path chromium = chromiumOrSkip();
        DemoSettings settings = DemoSettings.fromSystemProperties().withCheckIntervalSeconds(2);
        try (Demo demo = Demo.start(settings, line -> {});
                Browser browser = Browser.start(chromium, directory);
                DevTools page = browser.open(demo.page())) {
            page.size(1280, 1230);
            for (String peer : new String[] {"peer1", "peer2", "peer3"}) {
                await(page, text(peer, ".state"), "Up"::equals);
                await(page, text(peer, ".recent"), share -> share.matches("(2[0-9]|3[0-9]|4[0-9]) %"));
            }
            assertThat(page.evaluate("document.querySelector('#connection').textContent"))
                    .isEqualTo("Live");
            await(page, "document.querySelectorAll('#chart .area').length", "3"::equals);
            assertThat(page.evaluate(text("#errors"))).isEqualTo("0");

            page.evaluate("document.querySelector('[data-peer=peer1] button[data-action=kill]').click()");
            await(page, text("peer1", ".outcome"), "Killed (SIGKILL)"::equals);
            await(page, text("peer1", ".state"), state -> state.equals("Down") || state.equals("Probing"));
            await(page, text("peer1", ".recent"), "0 %"::equals);
            assertThat(page.evaluate(text("peer2", ".state"))).isEqualTo("Up");
            assertThat(Integer.parseInt(page.evaluate(text("#errors")))).isLessThanOrEqualTo(MOST_ON_THE_WIRE);
            page.screenshot(screenshot("demo.png"));
            page.colours("dark");
            page.screenshot(screenshot("demo-dark.png"));

            page.evaluate("document.querySelector('[data-peer=peer1] button[data-action=restart]').click()");
            await(page, text("peer1", ".state"), "Up"::equals);
            await(page, text("peer1", ".recent"), share -> share.matches("[1-9][0-9]? %"));

            demo.server().halt();
            await(page, text("#connection"), state -> state.startsWith("No figures for"));
            assertThat(page.evaluate("document.body.className")).contains("stale");
        }
    }

    private static Path chromiumOrSkip() {
        Optional<Path> chromium = Browser.program();
        if (chromium.isEmpty()) {
            String reason = "No program chromium on the PATH, so the page was not tested in a browser";
            if (Boolean.getBoolean("peerage.ci")) {
                fail(reason);
            }
            System.out.println(reason);
            abort(reason);
        }
        return chromium.orElseThrow();
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

    private static void await(DevTools page, String expression, Predicate<String> wanted) throws Exception {
        Waiting.until(LIMIT, () -> page.evaluate(expression), wanted);
    }
}
