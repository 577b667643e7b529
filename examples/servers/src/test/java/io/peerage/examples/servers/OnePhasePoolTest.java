/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OnePhasePoolTest {

    @Test
    void isACommandMoreForPayaraAndGlassFish() {
        assertThat(OnePhasePool.addTo("""
                        create --property=GroupName=stock:Peers=d@db4.example\\:3306:CheckIntervalSeconds=5 stock
                        create --poolname stock jdbc/stock
                        deploy --name shop /opt/shop.war
                        """)).isEqualTo("""
                        create --property=GroupName=stock:Peers=d@db4.example\\:3306:CheckIntervalSeconds=5 stock
                        create --property=GroupName=single:Peers=d@db4.example\\:3306:CheckIntervalSeconds=5:TwoPhaseCommit=false single
                        create --poolname stock jdbc/stock
                        create --poolname single jdbc/single
                        deploy --name shop /opt/shop.war
                        """);
    }

    @Test
    void isALineMoreForEachOfWildFly() {
        assertThat(OnePhasePool.addTo("""
                        /connection-definitions=stock:add(jndi-name=java:/jdbc/stock)
                        /connection-definitions=stock/config-properties=CheckIntervalSeconds:add(value=5)
                        """)).isEqualTo("""
                        /connection-definitions=stock:add(jndi-name=java:/jdbc/stock)
                        /connection-definitions=single:add(jndi-name=java:/jdbc/single)
                        /connection-definitions=stock/config-properties=CheckIntervalSeconds:add(value=5)
                        /connection-definitions=single/config-properties=CheckIntervalSeconds:add(value=5)
                        /connection-definitions=single/config-properties=TwoPhaseCommit:add(value=false)
                        """);
    }

    @Test
    void isAnElementMoreForOpenLibertyAndTomEE() {
        assertThat(OnePhasePool.addTo("""
                          <connectionFactory jndiName="jdbc/shop">
                            <properties.peerage groupName="shop" checkIntervalSeconds="5"/>
                          </connectionFactory>
                          <connectionFactory jndiName="jdbc/stock">
                            <properties.peerage groupName="stock" checkIntervalSeconds="5"/>
                          </connectionFactory>
                        """)).isEqualTo("""
                          <connectionFactory jndiName="jdbc/shop">
                            <properties.peerage groupName="shop" checkIntervalSeconds="5"/>
                          </connectionFactory>
                          <connectionFactory jndiName="jdbc/stock">
                            <properties.peerage groupName="stock" checkIntervalSeconds="5"/>
                          </connectionFactory>
                          <connectionFactory jndiName="jdbc/single">
                            <properties.peerage groupName="single" checkIntervalSeconds="5" twoPhaseCommit="false"/>
                          </connectionFactory>
                        """);
        assertThat(OnePhasePool.addTo("""
                          <Resource id="jdbc/stock" type="javax.sql.DataSource">
                            GroupName = stock
                            CheckIntervalSeconds = 5
                          </Resource>
                        """)).endsWith("""
                          <Resource id="jdbc/single" type="javax.sql.DataSource">
                            GroupName = single
                            CheckIntervalSeconds = 5
                            TwoPhaseCommit = false
                          </Resource>
                        """);
    }
}
