package org.simcse.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.modeldir.TokenizerFiles;

/**
 * Converts older vocabulary files to an equivalent {@code tokenizer.json}, and reads the special
 * tokens of others.
 *
 * <p>The values are those that Hugging Face's {@code BertTokenizerFast} and {@code
 * RobertaTokenizerFast} build from the same files.
 */
final class TokenizerJson {
  private TokenizerJson() {}

  /** Returns a tokenizer for BERT's WordPiece. */
  static ObjectNode wordPieces(
      Vocabulary vocabulary, TokenizerFiles.WordPiece options, TokenizerFiles files) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    String cls = files.specialToken("cls_token").orElse("[CLS]");
    String sep = files.specialToken("sep_token").orElse("[SEP]");
    String unk = files.specialToken("unk_token").orElse("[UNK]");
    String pad = files.specialToken("pad_token").orElse("[PAD]");
    String mask = files.specialToken("mask_token").orElse("[MASK]");
    addTokens(root, vocabulary, List.of(pad, unk, cls, sep), mask, false, files);
    ObjectNode normalizer = root.putObject("normalizer").put("type", "BertNormalizer");
    normalizer
        .put("clean_text", true)
        .put("handle_chinese_chars", options.splitChinese())
        .put("lowercase", options.lowerCase())
        .put("strip_accents", options.stripAccents());
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    addPostProcessor(root, vocabulary, "BertProcessing", cls, sep);
    ObjectNode model = root.putObject("model").put("type", "WordPiece");
    model
        .put("unk_token", unk)
        .put("continuing_subword_prefix", "##")
        .put("max_input_chars_per_word", 100);
    addVocabulary(model, vocabulary);
    return root;
  }

  /** Returns a tokenizer for RoBERTa's byte-level byte pair encoding. */
  static ObjectNode bytePairs(
      Vocabulary vocabulary, TokenizerFiles.ByteLevelBpe options, TokenizerFiles files) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    String cls = files.specialToken("cls_token").orElse("<s>");
    String sep = files.specialToken("sep_token").orElse("</s>");
    String unk = files.specialToken("unk_token").orElse("<unk>");
    String pad = files.specialToken("pad_token").orElse("<pad>");
    String mask = files.specialToken("mask_token").orElse("<mask>");
    // A byte-level mask includes the space before it, as the words that it replaces do.
    addTokens(root, vocabulary, List.of(cls, pad, sep, unk), mask, true, files);
    root.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", options.prefixSpace())
        .put("trim_offsets", true);
    addPostProcessor(root, vocabulary, "RobertaProcessing", cls, sep)
        .put("trim_offsets", true)
        .put("add_prefix_space", options.prefixSpace());
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "").put("fuse_unk", false);
    addVocabulary(model, vocabulary);
    addMerges(model.putArray("merges"), options.merges());
    return root;
  }

  /** Returns the ids of the tokens that a {@code tokenizer.json} marks as special. */
  static Set<Integer> specialIds(JsonNode tokenizer) {
    Set<Integer> ids = new HashSet<>();
    for (JsonNode added : tokenizer.path("added_tokens")) {
      if (added.path("special").asBoolean()) {
        ids.add(added.path("id").intValue());
      }
    }
    return ids;
  }

  /** Returns a copy that converts texts to lower case before anything else. */
  static ObjectNode lowerCased(JsonNode tokenizer) {
    ObjectNode changed = tokenizer.deepCopy();
    JsonNode own = changed.path("normalizer");
    ObjectNode normalizer = changed.putObject("normalizer").put("type", "Sequence");
    ArrayNode steps = normalizer.putArray("normalizers");
    steps.addObject().put("type", "Lowercase");
    if (own.isObject()) {
      steps.add(own);
    }
    return changed;
  }

  private static void addTokens(
      ObjectNode root,
      Vocabulary vocabulary,
      List<String> required,
      String mask,
      boolean maskTakesSpace,
      TokenizerFiles files) {
    ArrayNode added = root.putArray("added_tokens");
    for (String token : new LinkedHashSet<>(required)) {
      addToken(added, token, vocabulary.require(token), false, true);
    }
    vocabulary.find(mask).ifPresent(id -> addToken(added, mask, id, maskTakesSpace, true));
    Set<String> special = new HashSet<>(required);
    special.add(mask);
    files
        .addedTokens()
        .forEach(
            (token, id) -> {
              if (!special.contains(token)) {
                addToken(added, token, id, false, false);
              }
            });
  }

  private static void addToken(
      ArrayNode added, String token, int id, boolean lstrip, boolean special) {
    added
        .addObject()
        .put("id", id)
        .put("content", token)
        .put("single_word", false)
        .put("lstrip", lstrip)
        .put("rstrip", false)
        .put("normalized", !special)
        .put("special", special);
  }

  private static ObjectNode addPostProcessor(
      ObjectNode root, Vocabulary vocabulary, String type, String first, String last) {
    ObjectNode post = root.putObject("post_processor").put("type", type);
    post.putArray("cls").add(first).add(vocabulary.require(first));
    post.putArray("sep").add(last).add(vocabulary.require(last));
    return post;
  }

  private static void addVocabulary(ObjectNode model, Vocabulary vocabulary) {
    ObjectNode ids = model.putObject("vocab");
    vocabulary.ids().forEach(ids::put);
  }

  private static void addMerges(ArrayNode merges, Path file) {
    List<String> lines = Utf8File.text(file).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#version") || line.isEmpty()) {
        continue;
      }
      int space = line.indexOf(' ');
      if (space <= 0 || space != line.lastIndexOf(' ') || space == line.length() - 1) {
        throw new CheckpointException(
            "%s, line %d: '%s' is not two tokens separated by one space."
                .formatted(file, i + 1, line));
      }
      merges.addArray().add(line.substring(0, space)).add(line.substring(space + 1));
    }
  }
}
