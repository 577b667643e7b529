/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Dependencies point inward: from what a deployer names down to the pure logic of the peers. */
class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.peerage");

    @Test
    void thePeersKnowNobody() {
        classes()
                .that()
                .resideInAPackage("io.peerage.peer")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.peerage.peer", "java..", "javax.sql", "org.jspecify..")
                .check(MAIN);
    }

    @Test
    void theHandlesKnowNobody() {
        noClasses()
                .that()
                .resideInAPackage("io.peerage.jdbc")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.peerage",
                        "io.peerage.peer",
                        "io.peerage.config",
                        "io.peerage.connect",
                        "io.peerage.xa",
                        "jakarta..")
                .check(MAIN);
    }

    @Test
    void theSettingsKnowOnlyThePeers() {
        noClasses()
                .that()
                .resideInAPackage("io.peerage.config")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.peerage", "io.peerage.connect", "io.peerage.jdbc", "io.peerage.xa", "jakarta..")
                .check(MAIN);
    }

    @Test
    void onlyWhatADeployerNamesAndTransactionsKnowJakarta() {
        noClasses()
                .that()
                .resideInAnyPackage("io.peerage.connect", "io.peerage.config", "io.peerage.jdbc", "io.peerage.peer")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jakarta..")
                .check(MAIN);
    }

    @Test
    void noTwoPackagesKnowEachOther() {
        slices().matching("io.peerage.(*)..").should().beFreeOfCycles().check(MAIN);
    }

    /** Any driver can be used, so none may be needed: one class is made for Connector/J, which alone loads it. */
    @Test
    void onlyTheSocketFactoryForConnectorJTouchesADriver() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.peerage.connect.MySqlSocketFactory")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.mysql..", "org.mariadb..", "org.postgresql..")
                .check(MAIN);
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.peerage.connect.MySqlSocketFactory")
                .check(MAIN);
    }
}
