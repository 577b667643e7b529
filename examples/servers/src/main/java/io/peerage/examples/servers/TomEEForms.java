/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import io.peerage.local.ApplicationServer;
import io.peerage.local.TomEE;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Each form on TomEE, which starts within seconds: a start for each. Confined to one thread. */
public final class TomEEForms implements FormsServer {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A line of the list of commands; what is said of one goes on in lines that are indented further. */
    private static final Pattern COMMAND = Pattern.compile("^ {2}(\\w+) ", Pattern.MULTILINE);

    private final Deployment deployment;
    private final FormsFiles files;
    private @Nullable ApplicationServer running;

    public TomEEForms(Deployment deployment) {
        this.deployment = deployment;
        files = new FormsFiles(deployment, Example.directory().resolve("tomee"));
    }

    @Override
    public ApplicationServer deploy(Form form) {
        Path application = files.application(form);
        TomEE tomee =
                TomEEExample.distribution(deployment).base(files.directory(form).resolve("base"));
        switch (form) {
            case COMMANDS -> throw new IllegalStateException("No command makes a pool; there are: " + commands(tomee));
            case CONFIGURATION ->
                tomee.file("conf/tomee.xml", files.file(form, "tomee.xml"))
                        .library(deployment.rar())
                        .file("webapps/shop.war", application);
            case DEFINITION ->
                deployments(tomee, form)
                        .file("apps/peerage.rar", deployment.rar())
                        .file("webapps/forms.war", application);
            case EAR ->
                deployments(tomee, form)
                        .file("conf/system.properties", files.file(form, "forms/system.properties"))
                        .file("apps/forms.ear", application);
            case EAR_DEFINITION -> deployments(tomee, form).file("apps/forms.ear", application);
        }
        ApplicationServer started = tomee.start();
        running = started;
        try {
            use(started, form);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        return started;
    }

    @Override
    public void undeploy(Form form) {
        close();
    }

    @Override
    public Optional<String> refusal(Form form) {
        return switch (form) {
            case COMMANDS ->
                Optional.of("there are: cipher, deploy, effectivetomee, properties, setters, start, stop, undeploy");
            // It passes over the definition and deploys all the same: what was to be injected is not there when used.
            case DEFINITION, EAR_DEFINITION -> Optional.of("because &quot;this.shop&quot; is null");
            case CONFIGURATION, EAR -> Optional.empty();
        };
    }

    @Override
    public void close() {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    /** Adds the file that names the directory {@code apps}, where archives other than those of web applications go. */
    private TomEE deployments(TomEE tomee, Form form) {
        return tomee.file("conf/tomee.xml", files.file(form, "archive/tomee.xml"));
    }

    private String commands(TomEE tomee) {
        return COMMAND.matcher(tomee.help())
                .results()
                .map(line -> line.group(1))
                .collect(Collectors.joining(", "));
    }

    /** The application is deployed whether or not it has a DataSource: only a request shows that. */
    private static void use(ApplicationServer server, Form form) {
        HttpRequest request = HttpRequest.newBuilder(server.uri().resolve(form.application() + "/query"))
                .timeout(LIMIT)
                .build();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(
                        request.uri() + " was answered with " + answer.statusCode() + ":\n" + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("No answer from " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + request.uri(), e);
        }
    }
}
