import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes {@code pairs.csv} from {@code grammar.txt}, and checks that {@code eval.csv} shares no
 * sentence with it:
 *
 * <pre>java Generate.java</pre>
 *
 * <p>in this directory. The same grammar gives the same file on every machine. README.md explains
 * the grammar.
 */
final class Generate {
  private static final long SEED = 42;
  private static final int ROWS_PER_EVENT = 24;

  /**
   * A sentence of the evaluation may not share more of its words than this with one of training.
   */
  private static final double MOST_OVERLAP = 0.75;

  private static final Pattern SLOT = Pattern.compile("\\{([a-z-]+)(\\d?)}");
  private static final Pattern SYNONYMS = Pattern.compile("\\(([^()]*)\\)");
  private static final Pattern LINKED = Pattern.compile("\\[([^\\[\\]]*)]");
  private static final Pattern ARTICLE = Pattern.compile("\\b([Aa]) (?=[aeiou])(?!uni|use)");

  /**
   * What can be said of one event: the same in several ways, more generally, and what it is not.
   */
  private record Event(List<String> same, List<String> general, List<String> different) {}

  /** Concepts by category; a concept is its synonyms. */
  private record Grammar(Map<String, List<List<String>>> categories, List<Event> events) {}

  /** Which concept fills each slot, and which alternative each size of linked choice takes. */
  private record Meaning(Map<String, List<String>> slots, Map<Integer, Integer> choices) {}

  private record Row(String anchor, String positive, String negative) {}

  private final Grammar grammar;
  private final Random random = new Random();

  private Generate(Grammar grammar) {
    this.grammar = grammar;
  }

  public static void main(String[] arguments) throws IOException {
    Grammar grammar = parse(Files.readAllLines(Path.of("grammar.txt")));
    Set<Row> rows = new Generate(grammar).rows();
    StringBuilder csv = new StringBuilder("anchor,positive,negative\n");
    for (Row row : rows) {
      csv.append(field(row.anchor)).append(',').append(field(row.positive)).append(',');
      csv.append(field(row.negative)).append('\n');
    }
    Files.writeString(Path.of("pairs.csv"), csv, StandardCharsets.UTF_8);
    System.out.println(
        rows.size() + " rows from " + grammar.events.size() + " events in pairs.csv");
    checkEvaluation(rows);
  }

  // ------------------------------------------------------------------------------------ grammar

  private static Grammar parse(List<String> lines) {
    Map<String, List<List<String>>> categories = new TreeMap<>();
    List<Event> events = new ArrayList<>();
    Event event = newEvent();
    for (String line : lines) {
      if (line.startsWith("=")) {
        event.same.add(line.substring(2));
      } else if (line.startsWith("~")) {
        event.general.add(line.substring(2));
      } else if (line.startsWith("!")) {
        event.different.add(line.substring(2));
      } else if (line.isBlank()) {
        event = keep(event, events);
      } else if (!line.startsWith("#")) {
        String[] parts = line.split(": ", 2);
        categories.put(parts[0], concepts(parts[1]));
      }
    }
    keep(event, events);
    return new Grammar(categories, events);
  }

  private static Event newEvent() {
    return new Event(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  private static Event keep(Event event, List<Event> events) {
    if (event.same.isEmpty()) {
      return event;
    }
    events.add(event);
    return newEvent();
  }

  private static List<List<String>> concepts(String text) {
    return Arrays.stream(text.split(", ")).map(concept -> List.of(concept.split("/"))).toList();
  }

  // ------------------------------------------------------------------------------------ sentences

  private Set<Row> rows() {
    Set<Row> rows = new LinkedHashSet<>();
    for (Event event : grammar.events) {
      random.setSeed(
          SEED
              + event.same
                  .hashCode()); // so that a change to one event leaves the others as they are
      Set<String> anchors = new HashSet<>();
      for (int draw = 0; draw < ROWS_PER_EVENT; draw++) {
        Row row = row(event);
        if (!row.anchor.equals(row.positive) && anchors.add(row.anchor)) {
          rows.add(row);
        }
      }
    }
    return rows;
  }

  /**
   * Of four candidates each, the positive that looks least like the anchor, the negative that looks
   * most like it.
   */
  private Row row(Event event) {
    Meaning meaning = meaning(event);
    String template = one(event.same);
    String anchor = sentence(template, meaning);
    List<String> positives = new ArrayList<>();
    List<String> negatives = new ArrayList<>();
    for (int candidate = 0; candidate < 4; candidate++) {
      boolean general = !event.general.isEmpty() && random.nextInt(6) == 0;
      positives.add(sentence(one(general ? event.general : event.same), meaning));
      negatives.add(negative(event, template, meaning));
    }
    ToDoubleFunction<String> likeness = text -> overlap(words(anchor), words(text));
    positives.sort(Comparator.comparingDouble(likeness));
    negatives.sort(Comparator.comparingDouble(likeness).reversed());
    return new Row(anchor, positives.get(0), negatives.get(random.nextInt(2)));
  }

  /**
   * Something else of the same participants or, where the template has slots, the same of another
   * participant.
   */
  private String negative(Event event, String template, Meaning meaning) {
    List<String> slots = new ArrayList<>();
    SLOT.matcher(template).results().forEach(slot -> slots.add(slot.group(1) + slot.group(2)));
    if (slots.isEmpty() || random.nextInt(3) > 0) {
      return sentence(one(event.different), meaning);
    }
    Map<String, List<String>> changed = new HashMap<>(meaning.slots);
    String slot = one(slots);
    changed.put(slot, otherConcept(slot, meaning.slots.values()));
    return sentence(template, new Meaning(changed, meaning.choices));
  }

  private Meaning meaning(Event event) {
    Map<String, List<String>> slots = new LinkedHashMap<>();
    List<String> templates = new ArrayList<>(event.same);
    templates.addAll(event.general);
    templates.addAll(event.different);
    for (String template : templates) {
      for (Matcher slot = SLOT.matcher(template); slot.find(); ) {
        String name = slot.group(1) + slot.group(2);
        if (!slots.containsKey(name)) {
          slots.put(name, otherConcept(name, slots.values()));
        }
      }
    }
    Map<Integer, Integer> choices = new HashMap<>();
    for (int size = 2; size <= 4; size++) {
      choices.put(size, random.nextInt(size));
    }
    return new Meaning(slots, choices);
  }

  private List<String> otherConcept(String slot, Iterable<List<String>> taken) {
    List<List<String>> free = new ArrayList<>(concepts(slot, grammar));
    taken.forEach(free::remove);
    return one(free);
  }

  private static List<List<String>> concepts(String slot, Grammar grammar) {
    String category = slot.replaceAll("\\d$", "");
    List<List<String>> concepts = grammar.categories.get(category);
    if (concepts == null) {
      throw new IllegalArgumentException(
          "grammar.txt has a slot {" + slot + "} but no line \"" + category + ": …\".");
    }
    return concepts;
  }

  private String sentence(String template, Meaning meaning) {
    String text =
        SYNONYMS.matcher(template).replaceAll(match -> one(List.of(match.group(1).split("/", -1))));
    text = LINKED.matcher(text).replaceAll(match -> linked(match.group(1).split("/", -1), meaning));
    text =
        SLOT.matcher(text)
            .replaceAll(slot -> one(meaning.slots.get(slot.group(1) + slot.group(2))));
    text = ARTICLE.matcher(text).replaceAll("$1n ").replaceAll("\\s+", " ").strip();
    text = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    return text.endsWith("?") ? text : text + ".";
  }

  private static String linked(String[] alternatives, Meaning meaning) {
    return alternatives[meaning.choices.get(alternatives.length)];
  }

  private <T> T one(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  // ------------------------------------------------------------------------------------ checks

  private static void checkEvaluation(Set<Row> rows) throws IOException {
    Set<Set<String>> training = new HashSet<>();
    Set<String> vocabulary = new HashSet<>();
    for (Row row : rows) {
      training.addAll(List.of(words(row.anchor), words(row.positive), words(row.negative)));
    }
    training.forEach(vocabulary::addAll);
    int tokens = 0;
    int known = 0;
    double greatest = 0;
    List<String> lines = Files.readAllLines(Path.of("eval.csv"));
    for (String line : lines.subList(1, lines.size())) {
      List<String> fields = fields(line);
      for (String text : fields.subList(0, 2)) {
        Set<String> words = words(text);
        double most = training.stream().mapToDouble(other -> overlap(words, other)).max().orElse(0);
        greatest = Math.max(greatest, most);
        if (most > MOST_OVERLAP) {
          throw new IllegalStateException(
              "eval.csv: training has nearly the same sentence as \"" + text + "\".");
        }
        for (String word : words) {
          tokens++;
          if (vocabulary.contains(word)) {
            known++;
          }
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d pairs in eval.csv; no sentence shares more than %.0f%% of its words with one of"
            + " training;%n%.0f%% of its words occur in training.%n",
        lines.size() - 1,
        100 * greatest,
        100.0 * known / tokens);
  }

  private static Set<String> words(String text) {
    return new HashSet<>(
        List.of(text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9' ]", "").split(" ")));
  }

  /** Jaccard: the words in both over the words in either. */
  private static double overlap(Set<String> first, Set<String> second) {
    long both = first.stream().filter(second::contains).count();
    return (double) both / (first.size() + second.size() - both);
  }

  // ------------------------------------------------------------------------------------ CSV, RFC
  // 4180

  private static String field(String text) {
    return text.contains(",") || text.contains("\"")
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }

  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    Matcher field = Pattern.compile("(?:^|,)(?:\"((?:[^\"]|\"\")*)\"|([^,\"]*))").matcher(line);
    while (field.find()) {
      fields.add(field.group(1) != null ? field.group(1).replace("\"\"", "\"") : field.group(2));
    }
    return fields;
  }
}
