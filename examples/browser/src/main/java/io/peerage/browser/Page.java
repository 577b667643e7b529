/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.browser;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A page in a tab of its own, used as a person does: by mouse and keyboard. Thread-safe. */
public final class Page implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern VALUE = Pattern.compile("\"value\":\"((?:[^\"\\\\]|\\\\.)*+)\"");
    private static final Pattern OBJECT = Pattern.compile("\"objectId\":\"([^\"]*+)\"");
    private static final Pattern DATA = Pattern.compile("\"data\":\"([A-Za-z0-9+/=]*+)\"");

    /** The first element that matches, in the page or in a frame of it. */
    private static final String FIND = """
            ((selector) => {
              for (const d of [document, ...[...document.querySelectorAll('iframe')].map((f) => f.contentDocument)]) {
                const found = d && d.querySelector(selector);
                if (found) return found;
              }
              return null;
            })""";

    /** Where to click on an element, scrolled into view; none while something else would get the click. */
    private static final String MIDDLE = """
            (e) => {
              if (!e || !e.getClientRects().length) return 'none';
              e.scrollIntoView({block: 'center', inline: 'center'});
              const box = e.getBoundingClientRect();
              const x = box.x + box.width / 2, y = box.y + box.height / 2;
              if (!e.contains(e.ownerDocument.elementFromPoint(x, y))) return 'none';
              const frame = e.ownerDocument.defaultView.frameElement;
              const offset = frame ? frame.getBoundingClientRect() : {x: 0, y: 0};
              return '"x":' + (offset.x + x) + ',"y":' + (offset.y + y);
            }""";

    private final DevTools devTools;

    Page(DevTools devTools) {
        this.devTools = devTools;
    }

    /** Goes to another page, without waiting until it is there. */
    public void go(URI page) {
        devTools.call("Page.navigate", "{\"url\":" + Json.quote(page.toString()) + "}");
    }

    /**
     * Returns a JavaScript expression's value as a string.
     *
     * @throws AssertionError with what the browser answered, if it fails
     */
    public String evaluate(String expression) {
        String answer = devTools.call(
                "Runtime.evaluate",
                "{\"returnByValue\":true,\"expression\":" + Json.quote("String(" + expression + ")") + "}");
        if (answer.contains("\"exceptionDetails\"")) {
            throw new AssertionError("The browser answered " + answer);
        }
        return Json.unescape(find(VALUE, answer));
    }

    /**
     * Returns a JavaScript expression's value once it is as wanted.
     *
     * @throws ConditionTimeoutException with the last value, if it is not within 60 s
     */
    public String await(String expression, Predicate<String> wanted) throws Exception {
        return await(LIMIT, expression, wanted);
    }

    /** Does so with another limit. */
    public String await(Duration limit, String expression, Predicate<String> wanted) throws Exception {
        return Awaitility.await(expression)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .atMost(limit)
                .until(() -> evaluate(expression), wanted);
    }

    /** Returns the text of an element, or nothing if there is no such element. */
    public String text(String selector) {
        return evaluate("((e) => e ? e.textContent.trim() : '')(" + element(selector) + ")");
    }

    /** Clicks in the middle of an element, as soon as there is one that can be seen and stands still. */
    public void click(String selector) throws Exception {
        AtomicReference<String> last = new AtomicReference<>("none");
        String middle = await(
                "(" + MIDDLE + ")(" + element(selector) + ")",
                found -> found.equals(last.getAndSet(found)) && !found.equals("none"));
        for (String type : List.of("mouseMoved", "mousePressed", "mouseReleased")) {
            devTools.call(
                    "Input.dispatchMouseEvent",
                    "{\"type\":\"" + type + "\"," + middle + ",\"button\":\"left\",\"clickCount\":1}");
        }
    }

    /** Writes text into an input field in place of what is there, and leaves the field. */
    public void type(String selector, String text) throws Exception {
        click(selector);
        evaluate(element(selector) + ".select()");
        devTools.call("Input.insertText", "{\"text\":" + Json.quote(text) + "}");
        evaluate(element(selector) + ".blur()");
    }

    /** Chooses an option of a drop-down list, by its value; a list that is open is no part of a headless page. */
    public void choose(String selector, String value) throws Exception {
        await(element(selector + " option[value=" + Json.quote(value) + "]") + " !== null", "true"::equals);
        evaluate("((list) => { list.value = " + Json.quote(value)
                + "; list.dispatchEvent(new Event('change', {bubbles: true})); })(" + element(selector) + ")");
    }

    /** Chooses a file of this machine in the field for one. */
    public void upload(String selector, Path file) throws Exception {
        await(element(selector) + " !== null", "true"::equals);
        String object = find(
                OBJECT, devTools.call("Runtime.evaluate", "{\"expression\":" + Json.quote(element(selector)) + "}"));
        devTools.call(
                "DOM.setFileInputFiles",
                "{\"files\":[" + Json.quote(file.toString()) + "],\"objectId\":\"" + object + "\"}");
    }

    /** Returns what the page asked its user in dialogs, each of which was answered with OK. */
    public List<String> dialogs() {
        return devTools.dialogs();
    }

    /** Sets the size of the page, in pixels. */
    public void size(int width, int height) {
        devTools.call(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1,\"mobile\":false}");
    }

    /**
     * Sets which colours the user prefers.
     *
     * @param scheme {@code light} or {@code dark}
     */
    public void colours(String scheme) {
        devTools.call(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + scheme + "\"}]}");
    }

    /** Writes what the page shows to a PNG file. */
    public void screenshot(Path file) throws IOException {
        String answer = devTools.call("Page.captureScreenshot", "{\"format\":\"png\"}");
        Files.write(file, Base64.getDecoder().decode(find(DATA, answer)));
    }

    /** Writes an element, as far as it is in sight and no larger than given, to a PNG file; sizes in pixels. */
    public void screenshot(Path file, String selector, int maxWidth, int maxHeight) throws IOException {
        String clip = evaluate("((box) => '\"x\":' + box.x + ',\"y\":' + box.y + ',\"width\":' + Math.min(box.width, "
                + maxWidth + ") + ',\"height\":' + Math.min(box.height, " + maxHeight + "))("
                + element(selector) + ".getBoundingClientRect())");
        String answer =
                devTools.call("Page.captureScreenshot", "{\"format\":\"png\",\"clip\":{" + clip + ",\"scale\":1}}");
        Files.write(file, Base64.getDecoder().decode(find(DATA, answer)));
    }

    @Override
    public void close() {
        devTools.close();
    }

    /** Returns the JavaScript expression for the first such element of the page or of a frame in it, or {@code null}. */
    public static String element(String selector) {
        return FIND + "(" + Json.quote(selector) + ")";
    }

    private static String find(Pattern pattern, String answer) {
        Matcher matcher = pattern.matcher(answer);
        if (!matcher.find()) {
            throw new AssertionError("The browser answered " + answer);
        }
        return matcher.group(1);
    }
}
