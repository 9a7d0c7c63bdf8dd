package org.simcse.plugins.prompt;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.simcse.api.Pooler;
import org.simcse.api.PoolingContext;
import org.simcse.api.TokenBatch;
import org.simcse.api.TokenSequence;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * The pooler of Jiang et al. 2022, "PromptBERT: Improving BERT Sentence Embeddings with Prompts":
 * {@code h - ĥ}, where h is the last hidden state at the mask of a template around the text, and ĥ
 * that of the template alone, whose tokens keep the positions that they have around the text
 * (template denoising).
 *
 * <p>Every text gets one template; the paper's unsupervised training gives the two views of a text
 * different ones. The positions of RoBERTa's template are those around the text here too, while the
 * authors' code counts them from 0.
 *
 * @param before the ids between the first special token and the text
 * @param after the ids between the text and the last special token
 * @param mask the index of the mask token in {@code after}
 * @param denoise when ĥ is subtracted
 */
record PromptPooler(List<Integer> before, List<Integer> after, int mask, Denoise denoise)
    implements Pooler {
  /** When the template's own vector is subtracted. */
  enum Denoise {
    TRUE,
    TRAINING,
    FALSE
  }

  @Override
  public TokenSequence prepare(TokenSequence tokens) {
    return new TokenSequence(
        around(tokens.ids(), before, after),
        around(
            tokens.types(),
            Collections.nCopies(before.size(), 0),
            Collections.nCopies(after.size(), 0)));
  }

  /** Inserts values behind the first and before the last. */
  private static int[] around(int[] values, List<Integer> first, List<Integer> last) {
    int end = values.length - 1;
    return Stream.of(
            IntStream.of(values[0]),
            first.stream().mapToInt(Integer::intValue),
            IntStream.range(1, end).map(i -> values[i]),
            last.stream().mapToInt(Integer::intValue),
            IntStream.of(values[end]))
        .flatMapToInt(part -> part)
        .toArray();
  }

  @Override
  public Tensor pool(ForwardPass pass, PoolingContext context) {
    TokenBatch batch = context.batch();
    Tensor tokens = batch.mask().cast(ElementType.FLOAT); // [B, T]
    Tensor positions = pass.iota(tokens.dim(1)).cast(ElementType.FLOAT).unsqueeze(0); // [1, T]
    // By its distance from the end, for a text may hold a mask token itself.
    Tensor behind = tokens.sum(1, true).sub(after.size() + 1); // [B, 1]: the first after the text
    Tensor atMask = positions.equal(behind.add(mask)).cast(ElementType.FLOAT).unsqueeze(-1);
    Tensor vectors = context.states().last().mul(atMask).sum(1); // [B, H]
    if (denoise == Denoise.FALSE || (denoise == Denoise.TRAINING && !pass.training())) {
      return vectors;
    }
    // Nothing attends to a hidden token, and the others keep their positions: the template alone.
    Tensor text =
        positions
            .greater(before.size())
            .cast(ElementType.FLOAT)
            .mul(behind.greater(positions).cast(ElementType.FLOAT)); // [B, T]
    Tensor template = tokens.mul(text.mul(-1).add(1)).cast(ElementType.INT);
    Tensor alone = context.encoder().encode(pass, batch.withMask(template)).last();
    return vectors.sub(alone.mul(atMask).sum(1));
  }
}
