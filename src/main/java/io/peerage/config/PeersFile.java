/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file named by the property {@code PeersFile}: a properties file in UTF-8 with a block per peer,
 * {@code name.url=...} or {@code name.host=...} and {@code name.port=...}, then {@code name.user},
 * {@code name.password}, {@code name.database}, {@code name.weight} and driver properties. The peers have the order of
 * the file, or of {@code peers=name,name}, which then must list them all. Immutable and thread-safe; reading it does
 * I/O.
 */
public final class PeersFile {

    private static final Pattern KEY = Pattern.compile("([A-Za-z0-9][A-Za-z0-9_-]*)\\.(.+)");
    private static final String ORDER = "peers";

    private final String path;
    private final PoolDefaults pool;
    private final String firstText;

    /**
     * Reads the file for the first time.
     *
     * @throws BadSettingException if it cannot be read
     */
    PeersFile(String path, PoolDefaults pool) {
        this.path = path;
        this.pool = pool;
        this.firstText = text();
    }

    /** Returns where the file is, as the deployer wrote it. */
    public String path() {
        return path;
    }

    /** Returns what the file said when the pool's settings were read. */
    public String firstText() {
        return firstText;
    }

    /**
     * Returns what the file says now.
     *
     * @throws BadSettingException if it cannot be read
     */
    public String text() {
        try {
            return Files.readString(Path.of(path));
        } catch (NoSuchFileException e) {
            throw bad("", "no such file" + (Path.of(path).isAbsolute() ? "" : "; give an absolute path"));
        } catch (InvalidPathException e) {
            throw bad("", "not a path");
        } catch (CharacterCodingException e) {
            throw bad("", "the file must be in UTF-8");
        } catch (IOException e) {
            throw bad("", "the file cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /**
     * Returns the peers that {@code text} describes.
     *
     * @throws BadSettingException if there is none, or one is not well described
     */
    public List<PeerSpec> peers(String text) {
        Map<String, String> entries = entries(text);
        String order = entries.remove(ORDER);
        Map<String, Map<String, String>> blocks = blocks(entries);
        Collection<String> names = order == null ? blocks.keySet() : listed(order, blocks.keySet());
        List<PeerSpec> peers = names.stream()
                .map(name -> peer(name, blocks.getOrDefault(name, Map.of())))
                .toList();
        if (peers.isEmpty()) {
            throw bad("", "the file describes at least one peer, e.g. a.host=db1");
        }
        UniquePeers.check(peers, Setting.PEERS_FILE);
        return peers;
    }

    private Map<String, Map<String, String>> blocks(Map<String, String> entries) {
        Map<String, Map<String, String>> blocks = new LinkedHashMap<>();
        String before = "";
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            String key = entry.getKey();
            Matcher matcher = KEY.matcher(key);
            if (!matcher.matches()) {
                // the line may be the rest of a secret that has a line break in it
                String shown = Secrets.isSecret(before) ? "the line behind " + before : key;
                throw bad(shown, "a line is peers=name,name or name.key=value, names of letters, digits and _ -");
            }
            before = key;
            if (entry.getValue().isEmpty() && !Secrets.isSecret(matcher.group(2))) {
                throw bad(key, "the line has no value");
            }
            blocks.computeIfAbsent(matcher.group(1), name -> new LinkedHashMap<>())
                    .put(matcher.group(2), entry.getValue());
        }
        return blocks;
    }

    private List<String> listed(String order, Set<String> described) {
        List<String> names = Arrays.stream(order.split("[,\\s]+"))
                .filter(name -> !name.isEmpty())
                .toList();
        for (String name : names) {
            if (!described.contains(name)) {
                throw bad(ORDER, "no line starts with \"" + name + ".\"");
            }
        }
        for (String name : described) {
            if (!names.contains(name)) {
                throw bad(ORDER, name + " is described in the file, so it must be listed, or its lines commented out");
            }
        }
        return names;
    }

    private PeerSpec peer(String name, Map<String, String> block) {
        PeerDraft draft = new PeerDraft(pool, allowed -> bad("peer " + name, allowed));
        EndpointParser endpoint = new EndpointParser(draft, pool.driver());
        block.forEach((key, value) -> {
            switch (key.toLowerCase(Locale.ROOT)) {
                case "url" -> {
                    if (!value.startsWith("jdbc:")) {
                        throw bad(name + ".url", "a JDBC URL starts with jdbc:");
                    }
                    endpoint.parse(value);
                }
                case "host" -> endpoint.host(value);
                case "port" -> draft.port(value);
                default -> draft.put(key, value);
            }
        });
        return draft.complete(name);
    }

    private Map<String, String> entries(String text) {
        Map<String, String> entries = new LinkedHashMap<>();
        // lends the syntax of properties files, which keep neither order nor the first of two equal keys
        Properties syntax = new Properties() {
            @Override
            public synchronized @Nullable Object put(Object key, Object value) {
                String name = (String) key;
                String text = (String) value;
                if (entries.put(name, Secrets.isSecret(name) ? text : text.strip()) != null) {
                    throw bad(name, "the key stands there twice");
                }
                return null;
            }
        };
        try {
            syntax.load(new StringReader(text));
        } catch (BadSettingException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw bad("", "a backslash followed by u starts a code of four digits; a backslash itself is written \\\\");
        } catch (IOException e) {
            throw new IllegalStateException("a StringReader does no I/O", e);
        }
        return entries;
    }

    private BadSettingException bad(String where, String allowed) {
        return new BadSettingException(Setting.PEERS_FILE, path + (where.isEmpty() ? "" : " (" + where + ")"), allowed);
    }
}
