package org.simcse.core.hub;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.simcse.api.error.SimCseException;
import org.simcse.core.io.Json;

/**
 * The files of a repository at a commit, with sizes and hashes as far as the server gives them.
 *
 * @param commit the commit's hash
 * @param files a JSON object by path, with {@code size} and {@code blob_id}, and {@code lfs_size}
 *     and {@code lfs_sha256} of a file of Git LFS: the form in which huggingface_hub (from 1.29 on)
 *     keeps it as {@code trees/COMMIT.json}
 */
record HubListing(String commit, Json files) {
  private static final String FORMAT = "format_version";
  private static final int VERSION = 1;

  HubListing {
    files.fields().keySet().forEach(path -> HubFile.requireSafe(path, files.source()));
  }

  /** Parses the hub's description of a repository. */
  static HubListing parse(String source, byte[] description) {
    Json json = Json.parse("The answer of " + source, description);
    String commit = json.get("sha", String.class);
    if (!HubRepository.isCommit(commit)) {
      throw new SimCseException(
          "%s names the commit '%s', which is no hash of one.".formatted(json.source(), commit));
    }
    Map<String, Object> files = new LinkedHashMap<>();
    for (Json sibling : json.list("siblings")) {
      Map<String, Object> file = new LinkedHashMap<>();
      sibling.find("size", Number.class).ifPresent(size -> file.put("size", size));
      sibling.find("blobId", String.class).ifPresent(blob -> file.put("blob_id", blob));
      sibling
          .object("lfs")
          .ifPresent(
              large -> {
                file.put("lfs_sha256", large.get("sha256", String.class));
                file.put("lfs_size", large.get("size", Number.class));
              });
      files.put(sibling.get("rfilename", String.class), file);
    }
    return new HubListing(commit, new Json(json.source(), files));
  }

  /** Reads what {@link #json} wrote; empty if it is in another format. */
  static Optional<HubListing> read(String commit, Json json) {
    return json.find(FORMAT, Number.class)
            .filter(format -> format.intValue() == VERSION)
            .isPresent()
        ? json.object("files").map(files -> new HubListing(commit, files))
        : Optional.empty();
  }

  /** Returns the form to keep; empty if the server did not give all of it. */
  Optional<Map<String, Object>> json() {
    boolean whole =
        names().stream()
            .map(path -> files.object(path).orElseThrow().fields())
            .allMatch(file -> file.containsKey("size") && file.containsKey("blob_id"));
    return whole ? Optional.of(Map.of(FORMAT, VERSION, "files", files.fields())) : Optional.empty();
  }

  /** Returns the paths of all files. */
  Set<String> names() {
    return files.fields().keySet();
  }

  /** Returns a file; empty if the server did not say how large it is and what its hash is. */
  Optional<HubFile> file(String path) {
    Json file = files.object(path).orElseThrow();
    Optional<String> large = file.find("lfs_sha256", String.class);
    Optional<Number> size = file.find(large.isPresent() ? "lfs_size" : "size", Number.class);
    return large
        .or(() -> file.find("blob_id", String.class))
        .flatMap(hash -> size.map(bytes -> new HubFile(path, bytes.longValue(), hash)));
  }
}
