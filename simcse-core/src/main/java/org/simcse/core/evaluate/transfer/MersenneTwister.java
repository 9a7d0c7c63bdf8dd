package org.simcse.core.evaluate.transfer;

import java.util.stream.IntStream;

/**
 * The generator MT19937 (Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 1998), with what
 * NumPy and PyTorch draw from it, so that a seed gives the folds, the batches and the initial
 * weights that it gives in the reference.
 *
 * <p>Not thread-safe.
 */
final class MersenneTwister {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  /** Starts at a seed, as {@code init_genrand} of the authors' implementation does. */
  MersenneTwister(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /** Returns the next 32 bits. */
  int next() {
    if (next == SIZE) {
      renew();
    }
    int bits = state[next++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return bits ^ (bits >>> 18);
  }

  private void renew() {
    for (int i = 0; i < SIZE; i++) {
      int bits = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE] ^ (bits >>> 1) ^ ((bits & 1) == 0 ? 0 : 0x9908b0df);
    }
    next = 0;
  }

  /** Returns a number from 0 to {@code max} inclusive: bits that are too large are drawn again. */
  private int upTo(int max) {
    int mask = Integer.highestOneBit(max) * 2 - 1;
    int value;
    do {
      value = next() & mask;
    } while (value > max);
    return value;
  }

  /** Shuffles in place, as {@code numpy.random.RandomState.shuffle} does. */
  void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = upTo(i);
      int value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }

  /** Returns 0 to {@code size - 1}, shuffled. */
  int[] permutation(int size) {
    int[] values = IntStream.range(0, size).toArray();
    shuffle(values);
    return values;
  }

  /** Returns a number between {@code -bound} and {@code bound}, as {@code torch.uniform_} does. */
  float uniform(float bound) {
    return (float) ((next() & 0xffffff) * 0x1p-24 * (2 * bound) - bound);
  }
}
