/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.peerage.documents.GeneratedDocument;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds bean, ra.xml and README to the table of properties. */
class SettingAgreementTest {

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
            assertThat(property.getPropertyType())
                    .as(setting.propertyName())
                    .isEqualTo(setting.allowed().type());
            assertThat(property.getReadMethod()).as("getter of %s", setting).isNotNull();
            assertThat(property.getWriteMethod()).as("setter of %s", setting).isNotNull();
            assertThat(property.getReadMethod().invoke(new Bean()))
                    .as("default of %s", setting)
                    .isEqualTo(SettingValues.defaultOf(setting))
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
        assertThat(property.getReadMethod().invoke(bean)).isEqualTo(SettingValues.defaultOf(setting));
        assertThat(bean).as("set back to the default").isEqualTo(new Bean());
    }

    @Test
    void raXmlHasExactlyTheSettingsInTheirOrder() throws Exception {
        GeneratedDocument.assertSection("rar/src/main/rar/META-INF/ra.xml", "properties", PropertyTable.xml());
    }

    /** Open Liberty writes them into XML of its own as they are, and then cannot install the adapter. */
    @ParameterizedTest
    @EnumSource
    void theMeaningIsTextThatXmlTakesUnescaped(Setting setting) {
        assertThat(setting.meaning()).doesNotContainPattern("[&<>\"]");
    }

    @Test
    void readmeHasTheTable() throws Exception {
        GeneratedDocument.assertSection("README.md", "properties", PropertyTable.markdown());
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
            default -> setting.allowed().type() == Integer.class ? Integer.valueOf(77) : "some.Text";
        };
    }
}
