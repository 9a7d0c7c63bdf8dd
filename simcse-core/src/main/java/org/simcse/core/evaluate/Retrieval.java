package org.simcse.core.evaluate;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.search.ExactSearch;

/**
 * Queries, documents, and judgements of how relevant documents are to queries. Documents are ranked
 * by their cosines with a query, all of which are computed; of equal ones the earlier document
 * comes first. A document whose id is the query's counts like any other.
 *
 * <p>Measures, all in [0, 1], per query: {@code nDCG@10}, {@code MRR@10}, {@code MAP@100} and
 * {@code recall@k}, as trec_eval and BEIR (Thakur et al. 2021) compute them.
 *
 * @param queries the queries, each with a relevant document
 * @param documents the texts of all documents
 * @param leftOut the number of queries that are not evaluated because no document is relevant
 * @since 0.1.0
 */
public record Retrieval(List<Query> queries, List<String> documents, int leftOut) {
  private static final int TOP = 10;
  private static final int DEPTH = 100;

  /** Documents whose vectors are in memory at a time. */
  private static final int BLOCK = 8192;

  /**
   * A query.
   *
   * @param text its text
   * @param grades the grades of the documents that were judged for it, by the document's index; a
   *     document is relevant if its grade is at least 1
   */
  public record Query(String text, Map<Integer, Integer> grades) {
    /** Copies the map. */
    public Query {
      grades = Collections.unmodifiableMap(new LinkedHashMap<>(grades));
    }
  }

  /**
   * Validates the judgements.
   *
   * @throws IllegalArgumentException if there is no query, or one has no relevant document or a
   *     judgement of a document that is not there
   */
  public Retrieval {
    queries = List.copyOf(queries);
    documents = List.copyOf(documents);
    if (queries.isEmpty()) {
      throw new IllegalArgumentException("There is no query.");
    }
    for (Query query : queries) {
      Map<Integer, Integer> grades = query.grades();
      int size = documents.size();
      if (grades.values().stream().noneMatch(grade -> grade > 0)
          || grades.keySet().stream().anyMatch(document -> document < 0 || document >= size)) {
        throw new IllegalArgumentException(
            "The query '%s' has no relevant document, or a judgement of one that is not there: %s"
                .formatted(query.text(), grades));
      }
    }
  }

  /**
   * Reads files in the layout of BEIR.
   *
   * @param corpus a row per document with the fields {@code _id}, {@code text} and, if the first
   *     has it, {@code title}, which goes before the text: JSON lines or, by its extension, csv or
   *     tsv
   * @param queries likewise, with {@code _id} and {@code text}
   * @param qrels a row per judgement with the ids of query and document and a whole number,
   *     separated by tabs, with or without a header; or TREC's four columns
   * @throws InvalidInputException if files do not exist (all are listed) or have no rows, an id
   *     occurs twice or is unknown, a text is null, a query is blank, a score is not a whole
   *     number, a row is malformed, or no document is relevant; the message names the file and the
   *     line
   */
  public static Retrieval read(Path corpus, Path queries, Path qrels) {
    return RetrievalReader.read(corpus, queries, qrels);
  }

  /** Returns the number of texts that {@link #run} embeds. */
  public int texts() {
    return queries.size() + documents.size();
  }

  /**
   * Embeds queries and documents, and returns the measures of each query. Vectors of documents are
   * not kept. The result does not depend on the number of threads.
   *
   * @param ofQueries embeds queries
   * @param ofDocuments embeds documents; it may put another prompt before them
   * @param recallAt the ranks k of {@code recall@k}, at least 1 each
   */
  public UnitFigures run(
      Evaluation.Embedding ofQueries, Evaluation.Embedding ofDocuments, List<Integer> recallAt) {
    int depth = Math.max(DEPTH, recallAt.stream().mapToInt(Integer::intValue).max().orElse(0));
    float[][] vectors = ofQueries.embed(queries.stream().map(Query::text).toList());
    ExactSearch search = new ExactSearch(vectors, Math.min(depth, documents.size()));
    for (int from = 0; from < documents.size(); from += BLOCK) {
      int to = Math.min(documents.size(), from + BLOCK);
      search.add(ofDocuments.embed(documents.subList(from, to)));
    }
    List<Ranking> rankings =
        IntStream.range(0, queries.size()).mapToObj(i -> ranking(i, search)).toList();
    Map<String, double[]> measures = new LinkedHashMap<>();
    measures.put("nDCG@" + TOP, of(rankings, ranking -> ranking.ndcg(TOP)));
    measures.put("MRR@" + TOP, of(rankings, ranking -> ranking.reciprocalRank(TOP)));
    measures.put("MAP@" + DEPTH, of(rankings, ranking -> ranking.averagePrecision(DEPTH)));
    for (int k : recallAt) {
      measures.put("recall@" + k, of(rankings, ranking -> ranking.recall(k)));
    }
    return new UnitFigures(measures);
  }

  private Ranking ranking(int query, ExactSearch search) {
    Map<Integer, Integer> grades = queries.get(query).grades();
    int[] ranked =
        search.hits(query).stream()
            .mapToInt(hit -> grades.getOrDefault(hit.document(), 0))
            .toArray();
    return Ranking.of(ranked, grades.values());
  }

  private static double[] of(List<Ranking> rankings, ToDoubleFunction<Ranking> measure) {
    return rankings.stream().mapToDouble(measure).toArray();
  }
}
