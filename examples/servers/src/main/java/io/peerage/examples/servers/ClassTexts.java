/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.servers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** Changes the texts of a compiled class (Java Virtual Machine Specification, section 4.4). Stateless. */
final class ClassTexts {

    private static final int TEXT = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int METHOD_HANDLE = 15;

    private ClassTexts() {}

    /** Returns the class with all its texts changed: names and descriptors too, which the change must leave alone. */
    static byte[] change(byte[] classFile, UnaryOperator<String> change) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile));
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(changed);
        out.write(in.readNBytes(8));
        int count = in.readUnsignedShort();
        out.writeShort(count);
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            out.writeByte(tag);
            if (tag == TEXT) {
                out.writeUTF(change.apply(in.readUTF()));
            } else {
                out.write(in.readNBytes(size(tag)));
            }
            if (tag == LONG || tag == DOUBLE) {
                // These count twice.
                i++;
            }
        }
        in.transferTo(out);
        return changed.toByteArray();
    }

    private static int size(int tag) {
        return switch (tag) {
            case LONG, DOUBLE -> 8;
            case METHOD_HANDLE -> 3;
            // class, string, method type, module, package
            case 7, 8, 16, 19, 20 -> 2;
            // integer, float, references to members, name and type, dynamic, invoke dynamic
            case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
            default -> throw new IllegalArgumentException("The class has a constant of the unknown kind " + tag);
        };
    }
}
