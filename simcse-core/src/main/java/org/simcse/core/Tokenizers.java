package org.simcse.core;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.checkpoint.TokenizerFiles;
import org.simcse.core.text.TextTokenizer;
import org.simcse.core.text.TokenizerOptions;

/** Opens the tokenizer that a model directory describes. */
final class Tokenizers {
  private Tokenizers() {}

  static TextTokenizer open(TokenizerFiles files, int threads) {
    if (files instanceof TokenizerFiles.Whole whole) {
      try (InputStream json = whole.file().openStream()) {
        return TextTokenizer.ofJson(json, whole.file().toString(), threads);
      } catch (IOException e) {
        throw new CheckpointException(
            "%s cannot be read: %s.".formatted(whole.file(), e.getMessage()), e);
      }
    }
    if (files instanceof TokenizerFiles.WordPiece words) {
      TokenizerOptions options =
          new TokenizerOptions(
              words.lowerCase(), Optional.of(words.stripAccents()), words.splitChinese(), false);
      return TextTokenizer.ofWordPieces(words.vocabulary(), options, threads);
    }
    TokenizerFiles.ByteLevelBpe pieces = (TokenizerFiles.ByteLevelBpe) files;
    return TextTokenizer.ofBytePairs(
        pieces.vocabulary(),
        pieces.merges(),
        new TokenizerOptions(false, Optional.empty(), false, pieces.prefixSpace()),
        threads);
  }
}
