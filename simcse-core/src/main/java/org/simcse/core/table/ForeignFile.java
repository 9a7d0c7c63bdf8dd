package org.simcse.core.table;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.simcse.api.error.InvalidInputException;

/**
 * A kind of text file that is not supported.
 *
 * @param what its description, with an article
 * @param endings the extensions of such files
 * @param offset the offset of the magic bytes
 * @param magic the magic bytes, as ISO 8859-1 characters; empty if there are none
 * @param advice what the user can do
 */
record ForeignFile(String what, List<String> endings, int offset, String magic, String advice) {
  private static final String PANDAS =
      "Convert it, as in Python by pandas.%s(\"in\").to_csv(\"out.csv\", index=False).";
  private static final String UNPACK = "Unpack it first, or pack it with gzip, which is read.";
  private static final String ENCODE = "Convert it: iconv -f %s -t UTF-8 IN > OUT.";

  private static final List<ForeignFile> ALL =
      List.of(
          of("a Parquet file", "parquet", "PAR1\u0015", PANDAS.formatted("read_parquet")),
          of("an Arrow file", "arrow feather", "ARROW1", PANDAS.formatted("read_feather")),
          of("an ORC file", "orc", "", PANDAS.formatted("read_orc")),
          of("a pickle", "pkl pickle", "", PANDAS.formatted("read_pickle")),
          of(
              "a workbook or another zip archive",
              "xlsx xlsm ods docx zip",
              "PK\u0003\u0004",
              "Save the sheet as CSV in UTF-8, or unpack the archive."),
          of(
              "an old workbook",
              "xls doc",
              "\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1",
              "Save the sheet as CSV in UTF-8."),
          of("packed by bzip2", "bz2", "BZh91AY&SY", UNPACK),
          of("packed by xz", "xz", "\u00FD7zXZ\0", UNPACK),
          of("packed by zstd", "zst", "(\u00B5/\u00FD", UNPACK),
          of("packed by 7-Zip", "7z", "7z\u00BC\u00AF'\u001C", UNPACK),
          new ForeignFile("a tar archive", List.of("tar", "tgz"), 257, "ustar", "Unpack it first."),
          of(
              "an Avro file",
              "avro",
              "Obj\u0001",
              "Convert it to JSON lines, as by avro-tools tojson."),
          of("a NumPy array", "npy npz", "\u0093NUMPY", "Write its texts as lines."),
          of("a PDF document", "pdf", "%PDF-", "Save its texts as lines."),
          of("an SQLite database", "sqlite sqlite3", "SQLite format 3\0", "Export a table as CSV."),
          of("UTF-32 text", "", "\u00FF\u00FE\0\0", ENCODE.formatted("UTF-32")),
          of("UTF-32 text", "", "\0\0\u00FE\u00FF", ENCODE.formatted("UTF-32")),
          of("UTF-16 text", "", "\u00FF\u00FE", ENCODE.formatted("UTF-16")),
          of("UTF-16 text", "", "\u00FE\u00FF", ENCODE.formatted("UTF-16")),
          of(
              "a pointer of Git LFS, which stands for a file",
              "",
              "version https://git-lfs.github.com/spec/",
              "Fetch the file itself: git lfs pull."));

  private static ForeignFile of(String what, String endings, String magic, String advice) {
    List<String> all = endings.isEmpty() ? List.of() : List.of(endings.split(" "));
    return new ForeignFile(what, all, 0, magic, advice);
  }

  /**
   * Rejects a file by its extension.
   *
   * @throws InvalidInputException if it is the extension of one of these kinds
   */
  static void refuse(Path file) {
    String name = TextFormat.withoutGz(file.toString()).toLowerCase(Locale.ROOT);
    ALL.stream()
        .filter(kind -> kind.endings.stream().anyMatch(ending -> name.endsWith("." + ending)))
        .findFirst()
        .ifPresent(
            kind -> {
              throw new InvalidInputException(
                  "%s is %s by its name, but texts are read from these: %s. %s"
                      .formatted(file, kind.what, TextFormat.names(), kind.advice));
            });
  }

  /**
   * Rejects a file by its first bytes.
   *
   * @param name the name of the file in messages
   * @throws InvalidInputException if they are those of one of these kinds
   */
  static void refuse(byte[] head, String name) {
    String characters = new String(head, StandardCharsets.ISO_8859_1);
    ALL.stream()
        .filter(kind -> !kind.magic.isEmpty() && characters.startsWith(kind.magic, kind.offset))
        .findFirst()
        .ifPresent(
            kind -> {
              throw refused(name, kind.what, kind.advice);
            });
    if (everyOther(head, 0) || everyOther(head, 1)) {
      throw refused(
          name, "UTF-16 text", ENCODE.formatted(everyOther(head, 0) ? "UTF-16BE" : "UTF-16LE"));
    }
  }

  private static InvalidInputException refused(String name, String what, String advice) {
    return new InvalidInputException(
        "%s is %s, but UTF-8 text is needed. %s".formatted(name, what, advice));
  }

  /**
   * Returns whether every second byte is 0, as in UTF-16 of Latin letters without a byte order
   * mark.
   */
  private static boolean everyOther(byte[] head, int first) {
    int pairs = Math.min(8, head.length / 2);
    for (int i = 0; i < pairs; i++) {
      if (head[2 * i + first] != 0 || head[2 * i + 1 - first] == 0) {
        return false;
      }
    }
    return pairs > 1;
  }
}
