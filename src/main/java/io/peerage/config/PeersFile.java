/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * Reads the file named by the property {@code PeersFile}: a properties file in UTF-8 with a block per peer,
 * {@code name.url=...} or {@code name.host=...} and {@code name.port=...}, then {@code name.user},
 * {@code name.password}, {@code name.database}, {@code name.weight} and driver properties. The peers have the order of
 * the file, or of {@code peers=name,name}, which then must list them all. Thread-safe: stateless.
 */
final class PeersFile {

    private static final Pattern KEY = Pattern.compile("([A-Za-z0-9][A-Za-z0-9_-]*)\\.(.+)");
    private static final String ORDER = "peers";

    private final String path;

    private PeersFile(String path) {
        this.path = path;
    }

    /**
     * Returns the whole of the file at {@code path}.
     *
     * @throws BadSettingException if it cannot be read
     */
    static String text(String path) {
        return new PeersFile(path).load();
    }

    /** Returns what {@code text}, which stands in the file at {@code path}, says of each peer. */
    static List<PeerDraft> parse(String path, String text, DriverProfile driver) {
        return new PeersFile(path).drafts(text, driver);
    }

    private List<PeerDraft> drafts(String text, DriverProfile driver) {
        Map<String, String> entries = entries(text);
        String order = entries.remove(ORDER);
        Map<String, Map<String, String>> blocks = new LinkedHashMap<>();
        String before = "";
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            String key = entry.getKey();
            String value = entry.getValue();
            Matcher matcher = KEY.matcher(key);
            if (!matcher.matches()) {
                // the line may be the rest of a secret that has a line break in it
                String shown = Secrets.isSecret(before) ? "the line behind " + before : key;
                throw bad(shown, "a line is peers=name,name or name.key=value, names of letters, digits and _ -");
            }
            before = key;
            if (value.isEmpty() && !Secrets.show(matcher.group(2), value).equals(Secrets.MASK)) {
                throw bad(key, "the line has no value");
            }
            blocks.computeIfAbsent(matcher.group(1), name -> new LinkedHashMap<>())
                    .put(matcher.group(2), value);
        }
        List<PeerDraft> drafts = new ArrayList<>();
        for (String name : order == null ? blocks.keySet() : listed(order, blocks.keySet())) {
            drafts.add(draft(name, blocks.getOrDefault(name, Map.of()), driver));
        }
        if (drafts.isEmpty()) {
            throw bad("", "the file describes at least one peer, e.g. a.host=db1");
        }
        return drafts;
    }

    private List<String> listed(String order, Set<String> described) {
        List<String> names = Pattern.compile("[,\\s]+")
                .splitAsStream(order)
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

    private PeerDraft draft(String name, Map<String, String> block, DriverProfile driver) {
        PeerDraft draft = new PeerDraft(allowed -> bad("peer " + name, allowed));
        draft.name(name);
        block.forEach((key, value) -> {
            switch (key.toLowerCase(Locale.ROOT)) {
                case "url" -> {
                    if (!value.startsWith("jdbc:")) {
                        throw bad(name + ".url", "a JDBC URL starts with jdbc:");
                    }
                    EndpointParser.parse(draft, value, driver);
                }
                case "host" -> host(draft, value);
                case "port" -> draft.port(value);
                default -> draft.put(key, value);
            }
        });
        return draft;
    }

    /** The port has a line of its own, so a bare IPv6 address is no riddle here. */
    private static void host(PeerDraft draft, String given) {
        String value = EndpointParser.everyAddress(draft, given);
        boolean bareIpv6 = value.indexOf(':') != value.lastIndexOf(':') && !value.startsWith("[");
        EndpointParser.hostAndPort(draft, bareIpv6 ? "[" + value + "]" : value);
    }

    private String load() {
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

    private Map<String, String> entries(String text) {
        Map<String, String> entries = new LinkedHashMap<>();
        try (Reader reader = new StringReader(text)) {
            new InOrder(entries).load(reader);
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
        return new BadSettingException(
                Setting.PEERS_FILE.propertyName(), path + (where.isEmpty() ? "" : " (" + where + ")"), allowed);
    }

    /** Lends the syntax of properties files, which keep neither order nor the first of two equal keys. */
    private final class InOrder extends Properties {

        private static final long serialVersionUID = 1L;

        private final transient Map<String, String> entries;

        InOrder(Map<String, String> entries) {
            this.entries = entries;
        }

        @Override
        public synchronized @Nullable Object put(Object key, Object value) {
            String name = (String) key;
            String text = (String) value;
            boolean secret = Secrets.show(name, "").equals(Secrets.MASK);
            if (entries.put(name, secret ? text : text.strip()) != null) {
                throw bad(name, "the key stands there twice");
            }
            return null;
        }
    }
}
