/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.containers;

import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.RecoveryEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.common.recoveryPropertyManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.arjuna.recovery.AtomicActionRecoveryModule;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTANodeNameXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTATransactionLogXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.common.JTAEnvironmentBean;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.XAResource;
import org.jboss.tm.XAResourceRecovery;
import org.jboss.tm.XAResourceRecoveryRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Narayana, of which there is one in a JVM, with its periodic recovery done on demand: {@link #scan}. Confined to the
 * tests' thread.
 */
final class Narayana implements XAResourceRecoveryRegistry {

    private static final String NODE = "peerage";
    private static @Nullable Narayana instance;

    private final XARecoveryModule branches = new XARecoveryModule();
    private final Map<XAResourceRecovery, XAResourceRecoveryHelper> helpers = new ConcurrentHashMap<>();
    private final RecoveryManager recovery;

    /** Returns the one there is; the first call says where its log lies. */
    static synchronized Narayana in(Path directory) {
        Narayana present = instance;
        if (present == null) {
            present = new Narayana(directory);
            instance = present;
        }
        return present;
    }

    private Narayana(Path directory) {
        try {
            arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier(NODE);
        } catch (CoreEnvironmentBeanException e) {
            throw new IllegalStateException(e);
        }
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
        String log = directory.toString();
        arjPropertyManager.getObjectStoreEnvironmentBean().setObjectStoreDir(log);
        for (String store : List.of("stateStore", "communicationStore")) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
                    .setObjectStoreDir(log);
        }
        JTAEnvironmentBean jta = jtaPropertyManager.getJTAEnvironmentBean();
        jta.setXaRecoveryNodes(List.of(NODE));
        jta.setXaResourceOrphanFilterClassNames(List.of(
                JTATransactionLogXAResourceOrphanFilter.class.getName(),
                JTANodeNameXAResourceOrphanFilter.class.getName()));
        // How long a branch must be seen before it counts as left behind, and the pause within a scan.
        jta.setOrphanSafetyInterval(0);
        RecoveryEnvironmentBean bean = recoveryPropertyManager.getRecoveryEnvironmentBean();
        bean.setRecoveryBackoffPeriod(1);
        bean.setRecoveryListener(false);
        bean.setRecoveryModules(List.of(new AtomicActionRecoveryModule(), branches));
        bean.setExpiryScanners(List.of());
        recovery = RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT);
        recovery.initialize();
    }

    TransactionManager transactionManager() {
        return com.arjuna.ats.jta.TransactionManager.transactionManager();
    }

    TransactionSynchronizationRegistry synchronizationRegistry() {
        return jtaPropertyManager.getJTAEnvironmentBean().getTransactionSynchronizationRegistry();
    }

    /** Does what periodic recovery does, and returns when it is done. */
    void scan() {
        recovery.scan();
    }

    @Override
    public void addXAResourceRecovery(XAResourceRecovery added) {
        XAResourceRecoveryHelper helper = new XAResourceRecoveryHelper() {
            @Override
            public boolean initialise(String parameter) {
                return true;
            }

            @Override
            public XAResource[] getXAResources() {
                return added.getXAResources();
            }
        };
        helpers.put(added, helper);
        branches.addXAResourceRecoveryHelper(helper);
    }

    @Override
    public void removeXAResourceRecovery(XAResourceRecovery removed) {
        XAResourceRecoveryHelper helper = helpers.remove(removed);
        if (helper != null) {
            branches.removeXAResourceRecoveryHelper(helper);
        }
    }
}
