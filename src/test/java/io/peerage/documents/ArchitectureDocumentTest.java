/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.documents;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds docs/architecture.md to the code: its packages and who knows whom, its names, its walks. */
class ArchitectureDocumentTest {

    private static final String ROOT = "io.peerage";
    /** A class in code style: {@code Slot}, {@code peer.Slot} or {@code Slot.method}. */
    private static final Pattern CLASS = Pattern.compile("`(?:[a-z]+\\.)?([A-Z]\\w*[a-z]\\w*)(?:\\.(\\w+))?`");

    private static final Pattern HOP = Pattern.compile("(?m)^\\d+\\. (.*)$");
    private static final int MOST_HOPS = 10;

    private static final JavaClasses ALL = new ClassFileImporter().importPackages(ROOT);
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT)
            .that(not(resideInAnyPackage("io.peerage.local")));
    private static final String DOCUMENT = ProjectFiles.text("docs/architecture.md");

    @Test
    void thePackagesAreThoseOfTheCodeAndKnowWhomItSays() {
        Map<String, Set<String>> documented = new TreeMap<>();
        for (String row : rows("packages")) {
            String[] cells = row.split("\\|", -1);
            documented.put(code(cells[1]), names(cells[3]));
        }
        assertThat(documented).isEqualTo(dependencies());
    }

    private static Map<String, Set<String>> dependencies() {
        Map<String, Set<String>> known = new TreeMap<>();
        for (JavaClass type : MAIN) {
            Set<String> ofPackage = known.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency ->
                            dependency.getTargetClass().getBaseComponentType().getPackage())
                    .map(JavaPackage::getName)
                    .filter(name -> name.startsWith(ROOT) && !name.equals(type.getPackageName()))
                    .forEach(ofPackage::add);
        }
        return known;
    }

    @Test
    void everyNameIsOfTheCode() {
        assertThat(CLASS.matcher(DOCUMENT).results())
                .hasSizeGreaterThan(50)
                .allSatisfy(name -> assertThat(classes(name.group(1)))
                        .as(name.group())
                        .anyMatch(type -> name.group(2) == null || has(type, name.group(2))));
    }

    private static List<JavaClass> classes(String simpleName) {
        return ALL.stream()
                .filter(type -> type.getSimpleName().equals(simpleName))
                .toList();
    }

    private static boolean has(JavaClass type, String member) {
        return type.getAllMembers().stream().map(JavaMember::getName).anyMatch(member::equals)
                || classes(member).stream().anyMatch(nested -> nested.getName().equals(type.getName() + "$" + member));
    }

    /** Every term has a class that carries it. */
    @Test
    void theGlossaryNamesWhereEachTermIs() {
        assertThat(rows("glossary"))
                .hasSizeGreaterThan(15)
                .allSatisfy(row -> assertThat(CLASS.matcher(row).find()).as(row).isTrue());
    }

    /** Each walk reads from top to bottom: what a hop leads to is known to it, or to one before it. */
    @Test
    void theWalksAreShort() {
        for (String walk : List.of("walk-peers", "walk-failure", "walk-deal")) {
            List<String> hops = HOP.matcher(section(walk))
                    .results()
                    .map(hop -> hop.group(1))
                    .toList();
            assertThat(hops).as(walk).hasSizeBetween(4, MOST_HOPS);
            assertThat(hops).as(walk).allMatch(hop -> CLASS.matcher(hop).lookingAt());
            List<String> classes = hops.stream()
                    .map(hop -> CLASS.matcher(hop)
                            .results()
                            .findFirst()
                            .orElseThrow()
                            .group(1))
                    .toList();
            for (int i = 1; i < classes.size(); i++) {
                String to = classes.get(i);
                assertThat(classes.subList(0, i))
                        .as("%s: who knows %s", walk, to)
                        .anyMatch(from -> knows(from, to));
            }
        }
    }

    private static boolean knows(String from, String to) {
        return from.equals(to)
                || classes(from).stream()
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .anyMatch(dependency ->
                                topLevel(dependency.getTargetClass()).equals(to))
                || implementers(to).stream().anyMatch(between -> knows(from, between));
    }

    /** The interfaces through which {@code to} may be called. */
    private static Set<String> implementers(String to) {
        return classes(to).stream()
                .flatMap(type -> type.getAllRawInterfaces().stream())
                .filter(type -> type.getPackageName().startsWith(ROOT))
                .map(ArchitectureDocumentTest::topLevel)
                .filter(name -> !name.equals(to))
                .collect(Collectors.toSet());
    }

    private static String topLevel(JavaClass type) {
        String name = type.getBaseComponentType().getName();
        return name.substring(name.lastIndexOf('.') + 1).replaceFirst("\\$.*", "");
    }

    private static String section(String name) {
        int from = DOCUMENT.indexOf("<!-- " + name + " -->");
        int to = DOCUMENT.indexOf("<!-- /" + name + " -->");
        assertThat(from).as(name).isNotNegative().isLessThan(to);
        return DOCUMENT.substring(from, to);
    }

    private static List<String> rows(String section) {
        return section(section)
                .lines()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .toList();
    }

    private static String code(String cell) {
        return cell.replace("`", "").strip();
    }

    private static Set<String> names(String cell) {
        return Arrays.stream(cell.split(",", -1))
                .map(ArchitectureDocumentTest::code)
                .filter(name -> !name.isEmpty() && !name.equals("nobody"))
                .map(name -> name.startsWith(ROOT) ? name : ROOT + "." + name)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
