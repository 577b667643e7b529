/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables that the adapter carries can be read, and name nothing that is not there. */
class ErrorTableReaderTest {

    @Test
    void wordsGoOnOverSeveralLines() {
        assertThat(ErrorTable.mySql().rows())
                .anySatisfy(row -> assertThat(row.words()).asString().contains("not found for option|Unsupported"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "sqlstate"})
    void everyRowHasASourceAndAName(String table) {
        assertThat(ErrorTableReader.read(table)).isNotEmpty().allSatisfy(row -> {
            assertThat(row.source()).as("source of %s", row).isNotBlank();
            assertThat(row.verdict().fault()).as("fault of %s", row).isNotBlank();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.", "javax.", "io.peerage."})
    void aClassThatIsNamedExists(String ours) {
        List<String> named = Stream.of(ErrorTable.mySql(), ErrorTable.sqlState())
                .flatMap(table -> table.rows().stream())
                .flatMap(row -> Stream.of(row.type(), row.below()))
                .filter(name -> name.startsWith(ours))
                .toList();
        assertThat(named).allSatisfy(name -> assertThat(Class.forName(name)).isAssignableTo(Throwable.class));
    }

    @Test
    void aTableThatIsMissingIsADefect() {
        Function<String, Object> reading = ErrorTableReader::read;
        assertThatThrownBy(() -> reading.apply("none"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("none.errors");
    }

    @ParameterizedTest
    @CsvSource({"misspelt, link lost", "meaningless, without a verdict"})
    void whatIsNotARowIsADefectAndNamed(String table, String row) {
        Function<String, Object> reading = ErrorTableReader::read;
        assertThatThrownBy(() -> reading.apply(table))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(table + ".errors")
                .hasMessageContaining(row);
    }
}
