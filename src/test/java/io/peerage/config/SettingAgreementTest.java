/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.documents.ProjectFiles;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Holds bean, ra.xml and README to the table of properties. */
class SettingAgreementTest {

    private record Property(String name, String type, String defaultText, String description, boolean confidential) {}

    @Test
    void beanHasExactlyTheSettings() throws Exception {
        Map<String, PropertyDescriptor> bean = Arrays.stream(
                        Introspector.getBeanInfo(ConfigurationBean.class, Object.class)
                                .getPropertyDescriptors())
                .collect(Collectors.toMap(SettingAgreementTest::nameInRaXml, Function.identity()));

        assertThat(bean.keySet())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Setting.values())
                        .map(Setting::propertyName)
                        .toList());
        for (Setting setting : Setting.values()) {
            PropertyDescriptor property = requireNonNull(bean.get(setting.propertyName()));
            assertThat(property.getPropertyType()).as(setting.propertyName()).isEqualTo(setting.type());
            assertThat(property.getReadMethod()).as("getter of %s", setting).isNotNull();
            assertThat(property.getWriteMethod()).as("setter of %s", setting).isNotNull();
            assertThat(property.getReadMethod().invoke(new Bean()))
                    .as("default of %s", setting)
                    .isEqualTo(setting.defaultValue())
                    .hasToString(setting.defaultText());
        }
    }

    @ParameterizedTest
    @EnumSource
    void setterAndGetterAreOfTheSameProperty(Setting setting) throws Exception {
        PropertyDescriptor property = new PropertyDescriptor(setting.propertyName(), ConfigurationBean.class);
        Object value = another(setting);
        Bean bean = new Bean();

        property.getWriteMethod().invoke(bean, value);

        assertThat(property.getReadMethod().invoke(bean)).isEqualTo(value);
        assertThat(bean).isNotEqualTo(new Bean());
        property.getWriteMethod().invoke(bean, new Object[] {null});
        assertThat(property.getReadMethod().invoke(bean)).isEqualTo(setting.defaultValue());
        assertThat(bean).as("set back to the default").isEqualTo(new Bean());
    }

    @Test
    void raXmlHasExactlyTheSettingsInTheirOrder() throws Exception {
        List<Property> expected = Arrays.stream(Setting.values())
                .map(setting -> new Property(
                        setting.propertyName(),
                        setting.type().getName(),
                        setting.defaultText(),
                        setting.meaning(),
                        setting.confidential()))
                .toList();

        assertThat(raXmlProperties()).containsExactlyElementsOf(expected);
    }

    /** Open Liberty writes them into XML of its own as they are, and then cannot install the adapter. */
    @ParameterizedTest
    @EnumSource
    void theMeaningIsTextThatXmlTakesUnescaped(Setting setting) {
        assertThat(setting.meaning()).doesNotContainPattern("[&<>\"]");
    }

    @Test
    void readmeHasTheTable() {
        Matcher section = Pattern.compile("(?s)<!-- properties -->\n(.*?)<!-- /properties -->")
                .matcher(ProjectFiles.text("README.md"));

        assertThat(section.find())
                .as("README.md has the section <!-- properties -->")
                .isTrue();
        assertThat(section.group(1).strip()).isEqualTo(PropertyTable.markdown().strip());
    }

    @Test
    void namesAvoidWhatServersKeepForThemselves() {
        // Liberty's attributes and jakarta.resource.spi.TransactionSupport's getter
        assertThat(Setting.values())
                .extracting(Setting::propertyName)
                .doesNotContain("Name", "Description", "TransactionSupport");
    }

    private static String nameInRaXml(PropertyDescriptor property) {
        String name = property.getName();
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /** Returns an allowed value other than the default. */
    private static Object another(Setting setting) {
        return switch (setting) {
            case PEERS -> "db1:3306";
            case DRIVER -> "postgresql";
            case SELECTION -> "fastest";
            case WHEN_ALL_DOWN -> "fail";
            case TWO_PHASE_COMMIT -> false;
            case RECOVERY_POLICY -> "bestEffort";
            default -> setting.type() == Integer.class ? Integer.valueOf(77) : "some.Text";
        };
    }

    private static List<Property> raXmlProperties() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document document = factory.newDocumentBuilder()
                .parse(ProjectFiles.path("rar/src/main/rar/META-INF/ra.xml").toFile());
        NodeList nodes = document.getElementsByTagName("config-property");
        List<Property> properties = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            Element element = (Element) nodes.item(i);
            properties.add(new Property(
                    child(element, "config-property-name"),
                    child(element, "config-property-type"),
                    child(element, "config-property-value"),
                    child(element, "description"),
                    child(element, "config-property-confidential").equals("true")));
        }
        return properties;
    }

    private static String child(Element element, String name) {
        NodeList found = element.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }
}
