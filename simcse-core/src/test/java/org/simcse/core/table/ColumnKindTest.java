package org.simcse.core.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnKindTest {
  /** Headers that published data sets have, and what their columns hold. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sent0,sent1,hard_neg                   | ANCHOR SECOND NEGATIVE",
        "hard_neg,sent1,sent0                   | NEGATIVE SECOND ANCHOR",
        "sentence1,sentence2,score              | ANCHOR SECOND SCORE",
        "sentence1,sentence2,label              | ANCHOR SECOND LABEL",
        "sentence_A,sentence_B                  | ANCHOR SECOND",
        "pair_ID,sentence_A,sentence_B,relatedness_score,entailment_judgment | INDEX ANCHOR SECOND SCORE LABEL",
        "anchor,positive,negative_1,negative_2  | ANCHOR POSITIVE NEGATIVE NEGATIVE",
        "Anchor,Positive,Hard Negative          | ANCHOR POSITIVE NEGATIVE",
        "query,pos,neg                          | ANCHOR POSITIVE NEGATIVE",
        "question,answer                        | ANCHOR SECOND",
        "query,passage,label                    | ANCHOR SECOND LABEL",
        "premise,entailment,contradiction       | ANCHOR POSITIVE NEGATIVE",
        "premise,hypothesis,gold_label          | ANCHOR SECOND LABEL",
        "id,qid1,qid2,question1,question2,is_duplicate | INDEX INDEX INDEX ANCHOR SECOND LABEL",
        ",text                                  | INDEX ANCHOR",
        "Unnamed: 0,text,labels                 | INDEX ANCHOR LABEL",
        "idx,sentence,label                     | INDEX ANCHOR LABEL",
        "sent0,sent1,sent2                      | ANCHOR SECOND UNKNOWN",
        "sent2                                  | ANCHOR",
        "text,''                                | ANCHOR UNKNOWN",
        "'',''                                  | INDEX UNKNOWN",
        "a,title,stars                          | UNKNOWN UNKNOWN UNKNOWN",
        "identity,scoreboard,negation           | UNKNOWN UNKNOWN UNKNOWN",
      })
  void namesSayWhatColumnsHold(String header, String kinds) {
    List<String> names = List.of(header.replace("''", "").split(",", -1));
    assertThat(ColumnKind.of(names).stream().map(ColumnKind::name).collect(Collectors.joining(" ")))
        .isEqualTo(kinds);
  }
}
