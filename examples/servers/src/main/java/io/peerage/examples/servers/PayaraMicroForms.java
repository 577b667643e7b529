/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.ApplicationServer;
import io.peerage.local.PayaraMicro;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Each form on Payara Micro, which deploys when it starts and never else: a start for each. Confined to one thread. */
public final class PayaraMicroForms implements FormsServer {

    private final FormsFiles files;
    private @Nullable ApplicationServer running;

    public PayaraMicroForms(Deployment deployment) {
        files = new FormsFiles(deployment, Example.directory().resolve("payara-micro"));
    }

    @Override
    public ApplicationServer deploy(Form form) {
        Path application = files.application(form);
        PayaraMicro micro = PayaraMicro.at(Example.servers().resolve("payara-micro.jar"));
        switch (form) {
            case COMMANDS -> postBoot(micro.deploy(application), form, "post-boot.asadmin");
            case CONFIGURATION -> {
                files.file(form, "../payara-server/forms/glassfish-resources.xml");
                postBoot(micro.deploy(application), form, "forms/resources.asadmin");
            }
            case DEFINITION -> postBoot(micro.deploy(application), form, "forms/definition.asadmin");
            case EAR, EAR_DEFINITION -> micro.postBoot("deploy " + application);
        }
        ApplicationServer started = micro.start();
        running = started;
        return started;
    }

    @Override
    public void undeploy(Form form) {
        close();
    }

    @Override
    public Optional<String> refusal(Form form) {
        return form == Form.EAR || form == Form.EAR_DEFINITION
                ? Optional.of("forms.ear was not recognized")
                : Optional.empty();
    }

    @Override
    public void close() {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    private void postBoot(PayaraMicro micro, Form form, String name) {
        files.text(form, name).lines().forEach(micro::postBoot);
    }
}
