/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.examples.shop;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A row of the table {@code visit}. Confined to its persistence context. */
@Entity
@Table(name = "visit")
public class Visit {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private long id;

    private String note;

    protected Visit() {
        this("");
    }

    public Visit(String note) {
        this.note = note;
    }

    public long id() {
        return id;
    }

    public String note() {
        return note;
    }
}
