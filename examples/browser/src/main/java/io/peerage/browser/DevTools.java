/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.browser;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One connection of the Chrome DevTools Protocol to one page. Thread-safe. */
final class DevTools implements AutoCloseable {

    private static final long LIMIT_SECONDS = 30;
    private static final Pattern ID = Pattern.compile("^\\{\"id\":(\\d+)");
    private static final Pattern DIALOG =
            Pattern.compile("^\\{\"method\":\"Page.javascriptDialogOpening\".*?\"message\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();
    private final List<String> dialogs = new CopyOnWriteArrayList<>();
    private final CompletableFuture<WebSocket> socket;

    private DevTools(URI page) {
        socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(page, new Answers());
    }

    static DevTools connect(URI page) {
        DevTools devTools = new DevTools(page);
        devTools.socket.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
        devTools.call("Page.enable", "{}");
        return devTools;
    }

    /**
     * Returns the browser's answer, as it came.
     *
     * @param parameters a JSON object
     * @throws java.util.concurrent.CompletionException if there is none within 30 s
     */
    String call(String method, String parameters) {
        int id = lastId.incrementAndGet();
        CompletableFuture<String> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        send(id, method, parameters);
        return answer.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Returns what the page asked its user in dialogs, each of which was answered with OK. */
    List<String> dialogs() {
        return List.copyOf(dialogs);
    }

    @Override
    public void close() {
        socket.join().abort();
    }

    /** One at a time, as the socket wants it. */
    private synchronized void send(int id, String method, String parameters) {
        socket.join()
                .sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}", true)
                .join();
    }

    private void received(String message) {
        Matcher id = ID.matcher(message);
        if (id.find()) {
            CompletableFuture<String> asked = waiting.remove(Integer.valueOf(id.group(1)));
            if (asked != null) {
                asked.complete(message);
            }
            return;
        }
        // Without an id it is an event. A dialog blocks the page, and with it the answer that a caller waits for.
        Matcher dialog = DIALOG.matcher(message);
        if (dialog.find()) {
            dialogs.add(Json.unescape(dialog.group(1)));
            send(lastId.incrementAndGet(), "Page.handleJavaScriptDialog", "{\"accept\":true}");
        }
    }

    private final class Answers implements WebSocket.Listener {

        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                received(message.toString());
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
