/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.peerage.config.DriverProfile;
import io.peerage.jdbc.ServerStatus;
import io.peerage.net.MySqlSocketFactory;
import io.peerage.peer.Causes;
import io.peerage.peer.Ticker;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Dependencies point inward: what decides knows nothing of what connects, and nothing of containers. */
class ArchitectureTest {

    private static final String[] JDK = {"java..", "javax.sql..", "org.jspecify.."};
    private static JavaClasses adapter;

    @BeforeAll
    static void read() {
        adapter = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.peerage")
                .that(not(resideInAnyPackage("io.peerage.local")));
    }

    @Test
    void whatDecidesKnowsNobody() {
        only("io.peerage.peer");
    }

    @Test
    void theHandlesKnowNobodyButHowToWalkCauses() {
        few("io.peerage.jdbc", List.of(), Causes.class);
    }

    @Test
    void theConfigurationKnowsWhatDecides() {
        only("io.peerage.config", "io.peerage.peer", "io.peerage.errors");
    }

    @Test
    void theTablesOfErrorsKnowWhatDecides() {
        only("io.peerage.errors", "io.peerage.peer");
    }

    /** But for the clock, and how failures are put together. */
    @Test
    void socketsKnowNobody() {
        few("io.peerage.net", List.of("javax.net..", "com.mysql.."), Ticker.class, Causes.class);
    }

    @Test
    void whatIsKnownOfServersKnowsTheirDriversAndWhatASessionAsks() {
        few(
                "io.peerage.server",
                List.of("com.mysql..", "org.mariadb..", "org.postgresql.."),
                DriverProfile.class,
                ServerStatus.class,
                Causes.class);
    }

    @Test
    void connectingKnowsTheInnerSix() {
        noClasses()
                .that()
                .resideInAPackage("io.peerage.connect")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.peerage", "io.peerage.xa", "jakarta.."))
                .check(adapter);
    }

    @Test
    void transactionsKnowConnections() {
        noClasses()
                .that()
                .resideInAPackage("io.peerage.xa")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.peerage"))
                .check(adapter);
    }

    @Test
    void noPackageIsPartOfACycle() {
        slices().matching("io.(**)").should().beFreeOfCycles().check(adapter);
    }

    /** A class and those nested in it count as one. */
    @Test
    void noClassIsPartOfACycle() {
        slices().assignedFrom(TopLevelClasses.INSTANCE)
                .should()
                .beFreeOfCycles()
                .check(adapter);
    }

    private enum TopLevelClasses implements SliceAssignment {
        INSTANCE;

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass one) {
            return SliceIdentifier.of(one.getName().replaceFirst("\\$.*", ""));
        }

        @Override
        public String getDescription() {
            return "classes that are not nested";
        }
    }

    /**
     * A driver is not there on every server, so few classes may need one: a socket factory, which only its driver
     * loads, and for each driver the one that reads what it keeps of its server's answers.
     */
    @Test
    void oneClassForEachDriverKnowsIt() {
        noClasses()
                .that()
                .haveNameNotMatching(
                        "io\\.peerage\\.(net\\.MySqlSocketFactory|server\\.(MySql|MariaDb|PostgreSql)Status)")
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.mysql..", "org.mariadb..", "org.postgresql.."))
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(MySqlSocketFactory.class)
                .check(adapter);
    }

    /** Containers refuse an archive that mixes the two names: Jakarta Connectors 2.1, "Packaging". */
    @Test
    void nothingIsOfJavaEe() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("javax.resource..", "javax.transaction"))
                .check(adapter);
    }

    private static void only(String subject, String... further) {
        few(subject, List.of(further));
    }

    private static void few(String subject, List<String> further, Class<?>... classes) {
        classes()
                .that()
                .resideInAPackage(subject)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(JDK)
                        .or(resideInAnyPackage(subject))
                        .or(resideInAnyPackage(further.toArray(String[]::new)))
                        .or(belongToAnyOf(classes)))
                .check(adapter);
    }

    /** Servers with class loaders of their own, such as WildFly, show an adapter the platform's API and no more. */
    @Test
    void nothingNeedsWhatIsInOneJdkOnly() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("jdk..", "sun..", "com.sun.."))
                .check(adapter);
    }

    /** The build runs by this tag what must not compete for the machine. */
    @Test
    void modelChecksHaveTheirTag() {
        JavaClasses tests = new ClassFileImporter()
                .withImportOption(new ImportOption.OnlyIncludeTests())
                .importPackages("io.peerage");
        noClasses()
                .that(are(not(taggedAs("model-checked"))))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.jetbrains.lincheck.Lincheck")
                .check(tests);
    }

    private static DescribedPredicate<JavaClass> taggedAs(String tag) {
        return DescribedPredicate.describe(
                "tagged as " + tag,
                type -> type.tryGetAnnotationOfType(Tag.class)
                        .filter(found -> found.value().equals(tag))
                        .isPresent());
    }
}
