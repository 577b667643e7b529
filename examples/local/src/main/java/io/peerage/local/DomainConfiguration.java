/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The {@code domain.xml} of a GlassFish domain that does not run: as shipped, nearly all that it opens is open to the
 * network and on well-known ports. Confined to one thread.
 */
final class DomainConfiguration {

    private static final String LOOPBACK = "127.0.0.1";
    private static final String SHELL = "org.apache.felix.shell.remote,";

    private final File file;
    private final Document document;
    private final Element server;

    DomainConfiguration(Path domain) {
        file = domain.resolve("config/domain.xml").toFile();
        try {
            document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException("Cannot read " + file, e);
        }
        server = named("config", "server-config");
    }

    /** Moves every listener to a free port of 127.0.0.1, and turns off the data grid and the report to the maker. */
    void confine() {
        for (String listener : List.of("network-listener", "iiop-listener", "jmx-connector")) {
            for (Element each : children(listener)) {
                each.setAttribute("address", LOOPBACK);
                each.setAttribute("port", Integer.toString(Ports.free()));
            }
        }
        server.appendChild(messaging());
        for (Element grid : children("hazelcast-config-specific-configuration")) {
            // Only Payara Server has one, and the report.
            grid.setAttribute("enabled", "false");
            Element report = document.createElement("phone-home-runtime-configuration");
            report.setAttribute("enabled", "false");
            document.getDocumentElement().appendChild(report);
        }
        for (Element option : children("jvm-options")) {
            option.setTextContent(option.getTextContent().replace(SHELL, ""));
        }
        save();
    }

    /** Returns the port of a {@code network-listener}. */
    int port(String listener) {
        return Integer.parseInt(named("network-listener", listener).getAttribute("port"));
    }

    /** Returns the names of the deployed applications, without those that are part of the server. */
    List<String> applications() {
        return elements(document.getElementsByTagName("application")).stream()
                .filter(each -> each.getParentNode().getNodeName().equals("applications"))
                .map(each -> each.getAttribute("name"))
                .toList();
    }

    /** The server makes its own at the first start, and takes "localhost", the default, for every address it has. */
    private Element messaging() {
        Element service = document.createElement("jms-service");
        service.setAttribute("type", "EMBEDDED");
        service.setAttribute("default-jms-host", "default_JMS_host");
        Element host = document.createElement("jms-host");
        host.setAttribute("name", "default_JMS_host");
        host.setAttribute("host", LOOPBACK);
        host.setAttribute("port", Integer.toString(Ports.free()));
        host.setAttribute("lazy-init", "true");
        service.appendChild(host);
        return service;
    }

    private Element named(String tag, String name) {
        List<Element> all = tag.equals("config") ? elements(document.getElementsByTagName(tag)) : children(tag);
        return all.stream()
                .filter(each -> each.getAttribute("name").equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No " + tag + " " + name + " in " + file));
    }

    private List<Element> children(String tag) {
        return elements(server.getElementsByTagName(tag));
    }

    private static List<Element> elements(NodeList nodes) {
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private void save() {
        try {
            TransformerFactory.newInstance()
                    .newTransformer()
                    .transform(new DOMSource(document), new StreamResult(file));
        } catch (TransformerException e) {
            throw new IllegalStateException("Cannot write " + file, e);
        }
    }
}
