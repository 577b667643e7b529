/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.console;

import io.peerage.browser.Browser;
import io.peerage.browser.Page;
import io.peerage.local.GlassFishDomain;
import io.peerage.local.LocalPeer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Two databases, a server as it was unpacked, and a browser on its console. Confined to one thread. */
final class Site implements AutoCloseable {

    /** An account with a password of its own, which no other text on a page contains by chance. */
    static final String USER = "clerk";

    private final String server;
    private final Path directory;
    private final Deque<Runnable> started = new ArrayDeque<>();
    private List<LocalPeer> peers = List.of();
    private GlassFishDomain domain;
    private Console console;
    private Pictures pictures;

    private Site(String server, Path directory) throws IOException {
        this.server = server;
        this.directory = Files.createDirectory(directory);
    }

    static Site start(String server, Path directory, String password) throws Exception {
        Site site = new Site(server, directory);
        try {
            site.launch(password);
            return site;
        } catch (Exception | Error e) {
            site.close();
            throw e;
        }
    }

    private void launch(String password) throws Exception {
        // First: where there is none, nothing else needs to start.
        Browser browser = Browser.startOrSkip(Files.createDirectory(directory.resolve("browser")));
        started.push(browser::close);
        peers = LocalPeer.startAll(2);
        for (LocalPeer peer : peers) {
            started.push(peer::close);
            peer.execute("CREATE USER '" + USER + "'@'127.0.0.1' IDENTIFIED BY '" + password + "';"
                    + " GRANT ALL PRIVILEGES ON " + LocalPeer.DATABASE + ".* TO '" + USER + "'@'127.0.0.1'");
        }
        domain = GlassFishDomain.at(servers().resolve(server)).start();
        started.push(domain::close);
        Page page = browser.open(URI.create("about:blank"));
        started.push(page::close);
        pictures = new Pictures(page, server);
        console = new Console(page);
        console.open(domain.adminUri());
    }

    String server() {
        return server;
    }

    GlassFishDomain domain() {
        return domain;
    }

    Console console() {
        return console;
    }

    Pictures pictures() {
        return pictures;
    }

    Path archive() {
        return servers().resolve("peerage.rar");
    }

    /** Returns the property Peers. */
    String peers() {
        return String.join(",", peers.stream().map(LocalPeer::address).toList());
    }

    /** Returns the ports of the peers. */
    Set<Integer> ports() {
        return new TreeSet<>(peers.stream().map(LocalPeer::port).toList());
    }

    /** Returns the port of the peer that is named first. */
    int firstPort() {
        return peers.get(0).port();
    }

    /** Returns the sessions that the account has on the peers, each with its peer. */
    Set<String> sessions() {
        Set<String> sessions = new HashSet<>();
        for (LocalPeer peer : peers) {
            peer.execute("SELECT id FROM information_schema.processlist WHERE user = '" + USER + "'")
                    .lines()
                    .forEach(id -> sessions.add(peer.name() + "/" + id));
        }
        return sessions;
    }

    /** Returns the whole configuration that the server has stored. */
    String configuration() throws IOException {
        return Files.readString(domain.domain().resolve("config/domain.xml"));
    }

    /** Returns what the server has stored of a pool. */
    String storedPool(String name) throws IOException {
        return Pattern.compile(
                        "<connector-connection-pool[^>]*name=\"" + name + "\".*?</connector-connection-pool>"
                                + "|<connector-connection-pool[^>]*name=\"" + name + "\"[^>]*/>",
                        Pattern.DOTALL)
                .matcher(configuration())
                .results()
                .map(MatchResult::group)
                .collect(Collectors.joining());
    }

    /** Stores a password in the server's key store, under a name that properties can refer to. */
    void createAlias(String name, String password) throws IOException {
        Path file = Files.writeString(directory.resolve("alias.txt"), "AS_ADMIN_ALIASPASSWORD=" + password + "\n");
        domain.asadmin("--passwordfile", file.toString(), "create-password-alias", name);
    }

    void deployApplication() throws IOException {
        String servlet = UseServlet.class.getName().replace('.', '/') + ".class";
        Path war = directory.resolve("use.war");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(war));
                InputStream in = Site.class.getResourceAsStream("/" + servlet)) {
            out.putNextEntry(new ZipEntry("WEB-INF/classes/" + servlet));
            in.transferTo(out);
            out.closeEntry();
        }
        domain.asadmin("deploy", war.toString());
    }

    void reloadApplication() {
        domain.asadmin("disable", "use");
        domain.asadmin("enable", "use");
    }

    /**
     * Has the application borrow connections one after the other, and returns the port of the peer of each.
     *
     * @param dataSource {@code held} for the one it was given when it was loaded, {@code found} for one looked up now
     */
    List<Integer> use(String dataSource, int times) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(domain.uri().resolve("use/" + dataSource + "?times=" + times))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new AssertionError(response.body());
        }
        return response.body().lines().map(Integer::valueOf).toList();
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            started.pop().run();
        }
    }

    private static Path servers() {
        return Path.of(System.getProperty("peerage.servers"));
    }
}
