/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.ApplicationServer;
import io.peerage.local.GlassFishDomain;
import java.nio.file.Path;

/** Each form on Payara Server or GlassFish, which take the same files. Confined to one thread. */
public final class DomainForms implements FormsServer {

    private final GlassFishDomain domain;
    private final FormsFiles files;
    private final int threadsKeptOfAnEar;

    private DomainForms(Deployment deployment, String home, int threadsKeptOfAnEar) {
        this.threadsKeptOfAnEar = threadsKeptOfAnEar;
        files = new FormsFiles(deployment, Example.directory().resolve("payara-server"));
        domain = GlassFishDomain.at(Example.servers().resolve(home))
                .domain(deployment.directory().resolve("domain1"))
                .start();
    }

    /**
     * Starts Payara Server. It loads the archive in an EAR twice, for the adapter and for the applications beside it,
     * and the driver among those classes by itself: the second driver's thread is out of the adapter's reach.
     */
    public static DomainForms payaraServer(Deployment deployment) {
        return new DomainForms(deployment, "payara6", 1);
    }

    /** Starts Eclipse GlassFish. */
    public static DomainForms glassFish(Deployment deployment) {
        return new DomainForms(deployment, "glassfish7", 0);
    }

    @Override
    public ApplicationServer deploy(Form form) {
        files.application(form);
        if (form == Form.CONFIGURATION) {
            files.file(form, "forms/glassfish-resources.xml");
        }
        multimode(files.file(
                form,
                switch (form) {
                    case COMMANDS -> "peerage.asadmin";
                    case CONFIGURATION -> "forms/resources.asadmin";
                    case DEFINITION -> "forms/definition.asadmin";
                    case EAR -> "forms/ear.asadmin";
                    case EAR_DEFINITION -> "forms/ear-definition.asadmin";
                }));
        return domain;
    }

    @Override
    public void undeploy(Form form) {
        switch (form) {
            case COMMANDS, CONFIGURATION -> {
                domain.asadmin("undeploy", "shop");
                deletePool("shop");
                deletePool("stock");
                domain.asadmin("undeploy", "peerage");
            }
            case DEFINITION -> {
                domain.asadmin("undeploy", "forms");
                domain.asadmin("undeploy", "peerage");
            }
            case EAR -> {
                deletePool("shop");
                domain.asadmin("undeploy", "forms");
            }
            case EAR_DEFINITION -> domain.asadmin("undeploy", "forms");
        }
    }

    private void deletePool(String name) {
        domain.asadmin("delete-connector-resource", "jdbc/" + name);
        domain.asadmin("delete-connector-connection-pool", name);
    }

    @Override
    public int threadsKept(Form form) {
        return form == Form.EAR || form == Form.EAR_DEFINITION ? threadsKeptOfAnEar : 0;
    }

    @Override
    public void close() {
        domain.close();
    }

    private void multimode(Path script) {
        String printed = domain.asadmin("multimode", "--file", script.toString());
        // The file's end is a success, whatever became of its lines.
        if (printed.contains(" failed.")) {
            throw new IllegalStateException(printed);
        }
    }
}
