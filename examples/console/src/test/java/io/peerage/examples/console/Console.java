/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.console;

import io.peerage.browser.Page;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The admin console that Payara Server has from GlassFish, used by mouse and keyboard through what its pages show. It
 * loads its pages into one document by script, so each click is followed by a wait for what it leads to. Confined to
 * one thread.
 */
final class Console {

    private static final Duration FIRST_LIMIT = Duration.ofMinutes(3);
    private static final String TITLE = ".TtlTxt_sun4";
    private static final String ALERT = "[class^='inlineAlert']";
    private static final String FRESH = ":not([data-old])";
    private static final String LOADED = "document.readyState === 'complete'"
            + " && document.getElementById('ajaxIndicator')?.style.visibility === 'hidden'";
    private static final String ROWS = """
            [...document.querySelectorAll("[id$=':col2:col1St']")].map((name) => {
              const fields = [...name.closest('tr').querySelectorAll('input:not([type=checkbox])')]
                  .filter((field) => field !== name && field.getClientRects().length);
              return [name.value, fields[0].value, fields[0].type, ...fields.map((field) => field.id)].join('\\t');
            }).join('\\n')""";
    private static final String STATISTICS = """
            [...document.querySelectorAll("[id*='connectionPoolStats'] tr, tr[id*='connectionPoolStats']")]
                .map((row) => [...row.cells].map((cell) => cell.innerText.trim()))
                .filter((cells) => cells.length > 2 && / ?count$/.test(cells[1]))
                .map((cells) => cells[0] + '\\t' + parseInt(cells[1])).join('\\n')""";

    private final Page page;

    Console(Page page) {
        this.page = page;
    }

    /** Opens the home page; the first request makes the server load the console, which takes its time. */
    void open(URI address) throws Exception {
        page.go(address);
        page.await(
                FIRST_LIMIT,
                "document.getElementById('treeForm:tree') !== null && " + LOADED
                        + " ? 'loaded' : location.href + ' ' + document.body?.innerText",
                "loaded"::equals);
    }

    /** Chooses the archive in the form that deploys, and leaves the rest as the form has it. */
    void chooseArchive(Path archive) throws Exception {
        follow("[id='treeForm:tree:applications:applications_link']", "Applications");
        follow("[id$=':deployButton']", "Deploy Applications or Modules");
        page.upload("input[type=file]", archive);
    }

    /** Returns the name that the form suggests for what was chosen. */
    String suggestedName() throws Exception {
        return page.await(
                Page.element("[id$=':rar:psection:nameProp:appName']") + "?.value ?? ''", name -> !name.isEmpty());
    }

    void deploy() throws Exception {
        follow("[id$='topButtons:uploadButton']", "Applications");
    }

    /** Goes through the first page of the wizard for a new pool. */
    void beginPool(String name, String adapter, String connectionDefinition) throws Exception {
        openPools();
        follow("[id$=':newButton']", "New Connector Connection Pool (Step 1 of 2)");
        page.type("[id$='jndiProp:name']", name);
        page.choose("[id$='resAdapterProp:db']", adapter);
        page.choose("[id$='connectionDefProp:db']", connectionDefinition);
        follow("[id$='topButtons:nextButton']", "New Connector Connection Pool (Step 2 of 2)");
    }

    /** Chooses the pool's kind of transactions, which the wizard leaves open. */
    void transactions(String support) throws Exception {
        page.choose("[id$='transprop:trans']", support);
    }

    void finishPool() throws Exception {
        follow("[id$='topButtons:finishButton']", "Connector Connection Pools");
    }

    void openPool(String name) throws Exception {
        openPools();
        followLink(name, "Edit Connector Connection Pool");
    }

    void openProperties() throws Exception {
        follow("[id$=':propertyTab']", "Edit Connector Connection Pool Properties");
    }

    void openGeneral() throws Exception {
        follow("[id$='connectorPoolSet:general']", "Edit Connector Connection Pool");
    }

    /** Returns the properties on the page, in its order. */
    List<Property> properties() {
        return page.evaluate(ROWS).lines().map(Property::parse).toList();
    }

    /** Sorts the properties by name: the server lists them in no order. */
    void sortProperties() throws Exception {
        String before = page.evaluate(ROWS);
        click("[id$=':col2:_columnHeader:_primarySortLink']");
        page.await(ROWS, rows -> !rows.isEmpty() && !rows.equals(before));
        page.await(LOADED, "true"::equals);
    }

    /** Writes a value into the row of a property that is on the page, and once more where the page wants it twice. */
    void set(String name, String value) throws Exception {
        Property property = properties().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No row for " + name + " in " + properties()));
        for (String field : property.fields()) {
            page.type("[id='" + field + "']", value);
        }
    }

    /** Saves the page and returns what the console says to it. */
    String save() throws Exception {
        return alertAfter("[id$='topButtons:saveButton']");
    }

    /** Returns what the console says to a ping of the pool that is open. */
    String ping() throws Exception {
        return alertAfter("[id$='propertyContentPage:ping']");
    }

    /** Returns what the console says to a flush of the pool that is open. */
    String flush() throws Exception {
        return alertAfter("[id$='propertyContentPage:flush']");
    }

    void createResource(String jndiName, String pool) throws Exception {
        openConnectors("connectorResources.jsf", "Connector Resources");
        follow("[id$=':newButton']", "New Connector Resource");
        page.type("[id$='jndiTextProp:jnditext']", jndiName);
        page.choose("[id$='poolNameProp:PoolName']", pool);
        follow("[id$='topButtons:newButton']", "Connector Resources");
    }

    /** Has the server keep statistics of connector pools, and returns what the console says to it. */
    String monitorPools() throws Exception {
        follow("[id$=':applicationServerMonitoring_link']", "Monitoring");
        followLink("Configure Monitoring", "Monitoring Service");
        String level = page.evaluate("[...document.querySelectorAll(\"[id$=':col3:level']\")].find((list) =>"
                + " list.closest('tr').innerText.includes('Connector Connection Pool')).id");
        page.choose("[id='" + level + "']", "HIGH");
        return save();
    }

    void openStatistics(String pool) throws Exception {
        follow("[id$=':applicationServerMonitoring_link']", "Monitoring");
        followLink("Resources", "Resource Monitoring");
        forget(TITLE);
        page.choose("[id$=':View_list']", pool);
        arrive("Resource Monitoring");
    }

    /** Loads the page anew and returns the counters on it by their names. */
    Map<String, Long> statistics() throws Exception {
        follow("[id$=':refreshButton']", "Resource Monitoring");
        Map<String, Long> statistics = new HashMap<>();
        page.evaluate(STATISTICS).lines().forEach(line -> {
            int tab = line.indexOf('\t');
            statistics.put(line.substring(0, tab), Long.valueOf(line.substring(tab + 1)));
        });
        return statistics;
    }

    /** Returns all that can be read on the page; what input fields hold is no part of it. */
    String visibleText() {
        return page.evaluate("document.body.innerText");
    }

    private void openPools() throws Exception {
        openConnectors("connectorConnectionPools.jsf", "Connector Connection Pools");
    }

    private void openConnectors(String target, String title) throws Exception {
        follow("[id='treeForm:tree:resources:Connectors:Connectors_link']", "Connectors");
        follow("#content [href$='/jca/" + target + "']", title);
    }

    private void follow(String selector, String title) throws Exception {
        forget(TITLE);
        click(selector);
        arrive(title);
    }

    private void arrive(String title) throws Exception {
        page.await("(" + Page.element(TITLE + FRESH) + "?.textContent.trim() ?? 'none')", title::equals);
        page.await(LOADED, "true"::equals);
    }

    private void followLink(String text, String title) throws Exception {
        // Names of pools and of pages are links without a telling id.
        page.await(
                "((link) => { if (link) link.dataset.follow = 'next'; return link !== undefined; })"
                        + "([...document.querySelectorAll('#content a')].find((link) => link.textContent.trim() === '"
                        + text + "'))",
                "true"::equals);
        follow("[data-follow='next']", title);
    }

    private String alertAfter(String selector) throws Exception {
        forget(ALERT);
        click(selector);
        String alert =
                page.await("(" + Page.element(ALERT + FRESH) + "?.innerText.trim() ?? '')", text -> !text.isEmpty());
        page.await(LOADED, "true"::equals);
        return alert.replaceAll("\\s+", " ");
    }

    private void click(String selector) throws Exception {
        page.await(LOADED, "true"::equals);
        // A button gets its script after it is in the page; without it, it would load a page outside of the console.
        page.await(
                "((e) => e !== null && (e.type !== 'submit' || e.onclick !== null))(" + Page.element(selector) + ")",
                "true"::equals);
        page.click(selector);
    }

    /** Marks what is on the page now, so that it is not taken for what comes. */
    private void forget(String selector) {
        page.evaluate("[document, ...[...document.querySelectorAll('iframe')].map((f) => f.contentDocument)]"
                + ".forEach((d) => d?.querySelectorAll(\"" + selector
                + "\").forEach((e) => { e.dataset.old = 'yes'; }))");
    }
}
