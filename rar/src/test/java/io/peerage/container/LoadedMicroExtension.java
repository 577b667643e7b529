/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the one {@link LoadedMicro} of this JVM to the tests, which is booted for the first and ends after the last. */
final class LoadedMicroExtension implements ParameterResolver {

    private static final ExtensionContext.Namespace OURS =
            ExtensionContext.Namespace.create(LoadedMicroExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LoadedMicro.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .computeIfAbsent(LoadedMicro.class, type -> LoadedMicro.boot(), LoadedMicro.class);
    }
}
