package org.simcse.core.modeldir;

import java.net.URL;
import java.nio.file.Path;

/** The files that a model's tokenizer is made from. */
public sealed interface TokenizerFiles {
  /**
   * The whole tokenizer in one file.
   *
   * @param file {@code tokenizer.json}, in a directory or in a jar
   */
  record Whole(URL file) implements TokenizerFiles {}

  /**
   * A WordPiece vocabulary, BERT's; the options are those of {@code tokenizer_config.json}.
   *
   * @param vocabulary {@code vocab.txt}
   * @param lowerCase {@code do_lower_case}, true where nothing is said
   * @param stripAccents {@code strip_accents}; where nothing is said, what {@code lowerCase} is
   * @param splitChinese {@code tokenize_chinese_chars}, true where nothing is said
   */
  record WordPiece(Path vocabulary, boolean lowerCase, boolean stripAccents, boolean splitChinese)
      implements TokenizerFiles {}

  /**
   * A byte-level BPE vocabulary, RoBERTa's.
   *
   * @param vocabulary {@code vocab.json}
   * @param merges {@code merges.txt}
   * @param prefixSpace {@code add_prefix_space} of {@code tokenizer_config.json}, false where
   *     nothing is said
   */
  record ByteLevelBpe(Path vocabulary, Path merges, boolean prefixSpace)
      implements TokenizerFiles {}
}
