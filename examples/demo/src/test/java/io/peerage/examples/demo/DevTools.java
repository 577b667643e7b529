/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Drives one page of a browser through the Chrome DevTools Protocol. Thread-safe. */
final class DevTools implements AutoCloseable {

    private static final long LIMIT_SECONDS = 30;
    private static final Pattern ID = Pattern.compile("^\\{\"id\":(\\d+)");
    private static final Pattern VALUE = Pattern.compile("\"value\":\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern DATA = Pattern.compile("\"data\":\"([A-Za-z0-9+/=]*)\"");

    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();
    private final CompletableFuture<WebSocket> socket;

    private DevTools(URI page) {
        socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(page, new Answers());
    }

    static DevTools connect(URI page) {
        DevTools devTools = new DevTools(page);
        devTools.socket.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
        return devTools;
    }

    /** Returns the expression's value as a string; the values asked for here need no unescaping. */
    String evaluate(String expression) {
        String answer = call(
                "Runtime.evaluate",
                "{\"returnByValue\":true,\"expression\":\"String("
                        + expression.replace("\\", "\\\\").replace("\"", "\\\"") + ")\"}");
        return find(VALUE, answer);
    }

    void size(int width, int height) {
        call(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1,\"mobile\":false}");
    }

    /** @param scheme {@code light} or {@code dark} */
    void colours(String scheme) {
        call(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + scheme + "\"}]}");
    }

    void screenshot(Path file) throws Exception {
        String answer = call("Page.captureScreenshot", "{\"format\":\"png\"}");
        Files.write(file, Base64.getDecoder().decode(find(DATA, answer)));
    }

    @Override
    public void close() {
        socket.join().abort();
    }

    private String call(String method, String parameters) {
        int id = lastId.incrementAndGet();
        CompletableFuture<String> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        socket.join()
                .sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}", true)
                .join();
        return answer.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    private static String find(Pattern pattern, String answer) {
        Matcher matcher = pattern.matcher(answer);
        if (!matcher.find()) {
            throw new AssertionError("The browser answered " + answer);
        }
        return matcher.group(1);
    }

    private final class Answers implements WebSocket.Listener {

        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                Matcher id = ID.matcher(message);
                // Without an id it is an event, which nobody waits for.
                if (id.find()) {
                    CompletableFuture<String> asked = waiting.remove(Integer.valueOf(id.group(1)));
                    if (asked != null) {
                        asked.complete(message.toString());
                    }
                }
                message.setLength(0);
            }
            webSocket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            waiting.values().forEach(asked -> asked.completeExceptionally(error));
        }
    }
}
