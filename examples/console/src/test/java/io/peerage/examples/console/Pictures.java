/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.console;

import io.peerage.browser.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the console looked like, for a person to see; into the documentation only on request. */
final class Pictures {

    private static final int WIDTH = 1280;
    private static final int HEIGHT = 1000;

    /** Enough for the longest page and the widest table to be there without scrolling. */
    private static final int ALL_WIDTH = 1500;

    private static final int ALL_HEIGHT = 2700;

    private static final int WIDTH_OF_A_SCROLL_BAR = 20;

    /** The server whose pictures the documentation has; the other's differ in colours. */
    private static final String SHOWN = "payara6";

    private final Page page;
    private final Path directory;

    Pictures(Page page, String server) throws IOException {
        this.page = page;
        this.directory = Boolean.getBoolean("peerage.screenshots") && server.equals(SHOWN)
                ? Path.of(System.getProperty("peerage.docs"), "console")
                : Path.of(System.getProperty("peerage.work"), "screenshots", server);
        Files.createDirectories(directory);
        page.size(WIDTH, HEIGHT);
    }

    /** Takes a picture of an element of the page, at the most this many pixels of it from its top. */
    void take(String name, String selector, int height) throws Exception {
        page.size(ALL_WIDTH, ALL_HEIGHT);
        // The page lays itself out anew by script.
        page.await(
                "document.querySelector('#content').getBoundingClientRect().right > "
                        + (ALL_WIDTH - WIDTH_OF_A_SCROLL_BAR),
                "true"::equals);
        page.evaluate("document.querySelectorAll('*').forEach((e) => { e.scrollTop = 0; e.scrollLeft = 0; })");
        page.screenshot(directory.resolve(name + ".png"), selector, WIDTH, height);
        page.size(WIDTH, HEIGHT);
    }
}
