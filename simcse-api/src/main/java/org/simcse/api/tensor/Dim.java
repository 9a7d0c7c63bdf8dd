package org.simcse.api.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/**
 * The size of one axis: a number, a symbol such as {@code B}, or sums and products of these.
 *
 * <p>Symbols stand for sizes that differ between runs. Dimensions that are the same polynomial are
 * equal, however they were formed: {@code B*2+B} equals {@code 3*B}. Immutable.
 *
 * @since 0.1.0
 */
public final class Dim {
  /**
   * Coefficients by monomial; a monomial is the sorted list of its symbols, empty for the constant.
   */
  private final TreeMap<List<String>, Long> terms;

  private Dim(TreeMap<List<String>, Long> terms) {
    this.terms = terms;
  }

  private static TreeMap<List<String>, Long> newTerms() {
    return new TreeMap<>(
        (a, b) -> {
          int bySize = Integer.compare(b.size(), a.size()); // products first, the constant last
          return bySize != 0 ? bySize : a.toString().compareTo(b.toString());
        });
  }

  private static Dim of(TreeMap<List<String>, Long> terms) {
    terms.values().removeIf(coefficient -> coefficient == 0);
    return new Dim(terms);
  }

  /**
   * Returns a fixed size.
   *
   * @param size the size, at least 0
   */
  public static Dim of(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("An axis cannot have size " + size + ".");
    }
    TreeMap<List<String>, Long> terms = newTerms();
    terms.put(List.of(), size);
    return of(terms);
  }

  /**
   * Returns a size that is determined by the inputs of each run.
   *
   * @param name the name: letters, digits and underscores, starting with a letter
   */
  public static Dim symbol(String name) {
    if (!name.matches("[A-Za-z][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of a dimension: use letters, digits and underscores.");
    }
    TreeMap<List<String>, Long> terms = newTerms();
    terms.put(List.of(name), 1L);
    return of(terms);
  }

  /** Returns the sum of this size and another. */
  public Dim plus(Dim other) {
    TreeMap<List<String>, Long> sum = newTerms();
    sum.putAll(terms);
    other.terms.forEach(
        (monomial, coefficient) -> sum.merge(monomial, coefficient, Math::addExact));
    return of(sum);
  }

  /** Returns the product of this size and another. */
  public Dim times(Dim other) {
    TreeMap<List<String>, Long> product = newTerms();
    terms.forEach(
        (a, x) ->
            other.terms.forEach(
                (b, y) -> {
                  List<String> monomial = new ArrayList<>(a);
                  monomial.addAll(b);
                  Collections.sort(monomial);
                  product.merge(List.copyOf(monomial), Math.multiplyExact(x, y), Math::addExact);
                }));
    return of(product);
  }

  /** Returns whether this is a number, the same in every run. */
  public boolean isFixed() {
    return terms.isEmpty() || (terms.size() == 1 && terms.firstKey().isEmpty());
  }

  /** Returns whether this is the number {@code size}. */
  public boolean is(long size) {
    return isFixed() && size() == size;
  }

  /**
   * Returns the number that this is.
   *
   * @throws IllegalStateException if it depends on a symbol
   */
  public long size() {
    if (!isFixed()) {
      throw new IllegalStateException("The size " + this + " is known only while a program runs.");
    }
    return terms.isEmpty() ? 0 : terms.firstEntry().getValue();
  }

  /** Returns whether this is a single symbol. */
  public boolean isSymbol() {
    return terms.size() == 1 && terms.firstKey().size() == 1 && terms.firstEntry().getValue() == 1;
  }

  /** Returns this size for the given values of the symbols. */
  public long size(Map<String, Long> symbols) {
    return this.<Long>evaluate(symbols::get, Long::valueOf, Math::addExact, Math::multiplyExact);
  }

  /**
   * Evaluates this size in any arithmetic, such as that of a program.
   *
   * @param symbol the value of a symbol
   * @param number the value of a number
   * @param add the sum of two values
   * @param multiply the product of two values
   */
  public <E> E evaluate(
      Function<String, E> symbol,
      LongFunction<E> number,
      BinaryOperator<E> add,
      BinaryOperator<E> multiply) {
    E sum = null;
    for (Map.Entry<List<String>, Long> term : terms.entrySet()) {
      long coefficient = term.getValue();
      E product = coefficient == 1 && !term.getKey().isEmpty() ? null : number.apply(coefficient);
      for (String name : term.getKey()) {
        E value = symbol.apply(name);
        product = product == null ? value : multiply.apply(product, value);
      }
      E value = java.util.Objects.requireNonNull(product, "product is null");
      sum = sum == null ? value : add.apply(sum, value);
    }
    return sum == null ? number.apply(0) : sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dim that && terms.equals(that.terms);
  }

  @Override
  public int hashCode() {
    return terms.hashCode();
  }

  /** Returns the polynomial, such as {@code 768}, {@code B} or {@code 2*B*T+1}. */
  @Override
  public String toString() {
    if (terms.isEmpty()) {
      return "0";
    }
    return terms.entrySet().stream()
        .map(
            term -> {
              String symbols = String.join("*", term.getKey());
              return symbols.isEmpty()
                  ? String.valueOf(term.getValue())
                  : (term.getValue() == 1 ? "" : term.getValue() + "*") + symbols;
            })
        .collect(Collectors.joining("+"));
  }
}
