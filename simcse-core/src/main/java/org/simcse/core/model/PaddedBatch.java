package org.simcse.core.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.Encoder;
import org.simcse.api.TokenSequence;
import org.simcse.api.tensor.HostTensor;

/**
 * Token sequences padded to the longest of them: the inputs of {@link SentenceModel#signature}. All
 * {@code INT}, {@code [B, T]}.
 *
 * @param ids token ids, then the encoder's padding id
 * @param mask 1 for a token, 0 for padding
 * @param types token types, 0 for padding
 */
public record PaddedBatch(HostTensor ids, HostTensor mask, HostTensor types) {
  /**
   * Pads a batch.
   *
   * @param batch at least one sequence
   */
  public static PaddedBatch of(Encoder encoder, List<TokenSequence> batch) {
    int longest = batch.stream().mapToInt(TokenSequence::length).max().orElseThrow();
    long[] ids = new long[batch.size() * longest];
    long[] mask = new long[ids.length];
    long[] types = new long[ids.length];
    for (int row = 0; row < batch.size(); row++) {
      TokenSequence tokens = batch.get(row);
      for (int t = 0; t < longest; t++) {
        int at = row * longest + t;
        boolean token = t < tokens.length();
        ids[at] = token ? tokens.ids()[t] : encoder.paddingId();
        mask[at] = token ? 1 : 0;
        types[at] = token ? tokens.types()[t] : 0;
      }
    }
    long[] shape = {batch.size(), longest};
    return new PaddedBatch(
        HostTensor.of(ids, shape), HostTensor.of(mask, shape), HostTensor.of(types, shape));
  }

  /** Returns T, the number of tokens of the longest sequence. */
  public int length() {
    return Math.toIntExact(ids.shape()[1]);
  }

  /**
   * Returns the inputs of {@link #inputs} with {@code tokens} and {@code indices}, the parts of
   * {@link org.simcse.api.TokenBatch.Packing}.
   */
  public Map<String, HostTensor> packedInputs() {
    long[] real = mask.toLongs();
    long[] indices = new long[real.length];
    long[] tokens = new long[(int) Arrays.stream(real).sum()];
    int next = 0;
    for (int i = 0; i < real.length; i++) {
      indices[i] = real[i] == 1 ? next : Math.max(0, next - 1);
      if (real[i] == 1) {
        tokens[next++] = i;
      }
    }
    Map<String, HostTensor> inputs = new HashMap<>(inputs());
    inputs.put(SentenceModel.TOKENS, HostTensor.of(tokens, tokens.length));
    inputs.put(SentenceModel.INDICES, HostTensor.of(indices, mask.shape()));
    return inputs;
  }

  /** Returns the batch under the names of {@link SentenceModel#signature}. */
  public Map<String, HostTensor> inputs() {
    return Map.of("ids", ids, "mask", mask, "types", types);
  }
}
