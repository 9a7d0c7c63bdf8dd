package org.simcse.core.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextTable;

class TrainingColumnsTest {
  private static final TextFormat CSV = TextFormat.of(TextFormat.Kind.CSV);

  private static TrainingColumns of(TextFormat format, String csv) {
    byte[] bytes = csv.replace(' ', '\n').getBytes(UTF_8);
    try (TextTable table = TextTable.read(new ByteArrayInputStream(bytes), "FILE", format)) {
      return TrainingColumns.of(table, Optional.empty(), List.of(), "FILE");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sent0,sent1,hard_neg x,y,z            | 0 1 2",
        "hard_neg,sent1,sent0 x,y,z            | 2 1 0",
        ",sent0,sent1,hard_neg 0,x,y,z         | 1 2 3",
        "negative_1,positive,negative_2,query x,y,z,w | 3 1 0 2",
        "premise,entailment,contradiction x,y,z | 0 1 2",
        "answer,question x,y                   | 1 0",
        "id,text,label 1,x,0                   | 1",
        "query,positive,score x,y,0.5          | 0 1",
        "anchor,positive,negative,label x,y,z,1 | 0 1 2",
        "notes x                               | 0",
        "notes 12                              | 0",
        "id,notes 1,x                          | 1",
      })
  void namesSayWhichColumnIsWhat(String csv, String indices) {
    TrainingColumns columns = of(CSV, csv);
    assertThat(columns.indices().toString().replaceAll("[\\[\\],]", "")).isEqualTo(indices);
    assertThat(columns.warning()).isEmpty();
  }

  @Test
  void columnsOfUnknownNamesAreTakenInTheirOrderAndThatIsTold() {
    TrainingColumns columns = of(CSV, "left,right,other x,y,z");
    assertThat(columns.indices()).containsExactly(0, 1, 2);
    assertThat(columns.warning())
        .contains(
            "The column names are not known ones, so the columns are taken in their order: [left, right, other]. Choose others with the setting columns.");
    assertThat(of(CSV.withoutHeader(), "x,y,z").indices()).containsExactly(0, 1, 2);
    assertThat(of(CSV.withoutHeader(), "x,y").warning()).as("the user knows").isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sentence1,sentence2,label x,y,0   | a column 'label', but the loss of this head does not read it | setting columns, as in anchor=sentence1,positive=sentence2;",
        "sentence1,sentence2,score x,y,4.5 | a column 'score', but | setting columns, as in anchor=sentence1,positive=sentence2;",
        "question,answer,label x,y,0       | a column 'label', but | setting columns, as in anchor=question,positive=answer;",
        "premise,hypothesis,label x,y,0    | a column 'label', but | setting columns, as in anchor=premise,positive=hypothesis;",
        "left,right,label x,y,0            | a column 'label', but | setting columns, as in anchor=left,positive=right;",
        "a,b,c,d x,y,z,w                   | their names are not known ones | setting columns, as in anchor=a,positive=b.",
        "a,b,stars x,y,5                   | stars holds numbers | setting columns, as in anchor=a,positive=b.",
        "a,b,stars x,y,5 x,y,              | stars holds numbers | setting columns, as in anchor=a,positive=b.",
        "query,text x,y                    | 2 of them may be the anchor | setting columns, as in anchor=query,positive=text.",
        "positive,anchor,topic x,y,z       | the name of topic is not a known one | setting columns, as in anchor=anchor,positive=positive.",
        "anchor,negative x,y               | none of them is the positive | setting columns, as in anchor=anchor.",
        "anchor,pos,positive x,y,z         | 2 of them may be the positive | setting columns, as in anchor=anchor,positive=pos.",
        "sent0,sent1,sent2 x,y,z           | the name of sent2 is not a known one | setting columns, as in anchor=sent0,positive=sent1.",
        "sent0,sent1, x,y,z                | the name of column 3 is not a known one | setting columns, as in anchor=sent0,positive=sent1.",
        "positive,negative x,y             | 0 of them may be the anchor | setting columns, as in anchor=positive.",
        "id,label 1,2                      | no name is one of a text | setting columns, as in anchor=id.",
      })
  void whatIsNotClearIsRefusedWithWhatToSay(String csv, String why, String advice) {
    assertThatThrownBy(() -> of(CSV, csv))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("FILE has ")
        .hasMessageContainingAll(why, advice);
  }

  @Test
  void columnsWithoutNamesAreAdvisedByTheirNumbers() {
    assertThatThrownBy(() -> of(CSV.withoutHeader(), "1,x,y 2,x,y"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "FILE has 3 columns, and it is not clear which of them are anchor, positive and hard negatives: column 1 holds numbers. Choose them with the setting columns, as in anchor=1,positive=2.");
    assertThatThrownBy(() -> of(CSV.withoutHeader(), "w,x,y,z"))
        .hasMessageContaining("they have no names");
  }

  @Test
  void fieldsOfJsonAreRecognisedLikewise() {
    TrainingColumns columns =
        of(TextFormat.of(TextFormat.Kind.JSONL), "{\"pos\":\"x\",\"id\":7,\"query\":\"y\"}");
    assertThat(columns.indices()).isEqualTo(List.of(2, 0));
  }
}
