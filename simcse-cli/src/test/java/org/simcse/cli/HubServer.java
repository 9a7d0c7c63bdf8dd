package org.simcse.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A hub on the loopback interface: one repository at one commit, whose weights are in Git LFS, and
 * so on "another server", which is this one under another name.
 */
final class HubServer implements AutoCloseable {
  static final String REPOSITORY = "org/tiny";
  static final String COMMIT = "c".repeat(40);

  /** How a request is answered. */
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange, byte[] content) throws IOException;
  }

  /** A request that came. */
  record Request(String method, String host, String path, String range, String token) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private boolean listsHashes = true;
  private String kind = "models";
  private String repository = REPOSITORY;

  private HubServer(HttpServer server) {
    this.server = server;
  }

  static HubServer start() throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HubServer hub = new HubServer(HttpServer.create(address, 0));
    hub.server.createContext("/", hub::handle);
    hub.server.setExecutor(hub.threads);
    hub.server.start();
    return hub;
  }

  /** The address for HF_ENDPOINT. */
  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  HubServer with(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  HubServer with(String path, String content) {
    return with(path, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds every file of a directory. */
  HubServer with(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        with(directory.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return this;
  }

  /** Holds data of this name instead of a model. */
  HubServer ofData(String id) {
    kind = "datasets";
    repository = id;
    return this;
  }

  HubServer withoutHashes() {
    listsHashes = false;
    return this;
  }

  /**
   * Answers the next requests for a path that ends so, in order; the ones after these are usual.
   */
  HubServer answering(String end, Answer... next) {
    answers.put(end, new ArrayDeque<>(List.of(next)));
    return this;
  }

  List<Request> requests() {
    return requests;
  }

  /** The requests of file contents whose path ends so. */
  List<Request> downloads(String end) {
    return requests.stream()
        .filter(request -> request.method.equals("GET") && request.path.startsWith("/cdn/"))
        .filter(request -> request.path.endsWith(end))
        .toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      requests.add(
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestHeaders().getFirst("Host"),
              path,
              exchange.getRequestHeaders().getFirst("Range"),
              exchange.getRequestHeaders().getFirst("Authorization")));
      byte[] content = files.getOrDefault(path.replaceFirst(".*/[0-9a-f]{40}/", ""), new byte[0]);
      for (Map.Entry<String, Deque<Answer>> special : answers.entrySet()) {
        Answer answer = path.endsWith(special.getKey()) ? special.getValue().poll() : null;
        if (answer != null) {
          answer.to(exchange, content);
          return;
        }
      }
      if (path.startsWith("/api/" + kind + "/" + repository + "/revision/")) {
        describe(exchange, path.substring(path.lastIndexOf('/') + 1));
      } else if (path.startsWith(page() + "/resolve/" + COMMIT + "/")) {
        redirect(exchange, path, content);
      } else if (path.startsWith("/cdn/")) {
        content(exchange, content);
      } else {
        status(404, Map.of("X-Error-Code", "RepoNotFound")).to(exchange, content);
      }
    }
  }

  private String page() {
    return (kind.equals("models") ? "/" : "/" + kind + "/") + repository;
  }

  private void describe(HttpExchange exchange, String revision) throws IOException {
    if (!List.of("main", "v1", COMMIT).contains(revision)) {
      status(404, Map.of("X-Error-Code", "RevisionNotFound")).to(exchange, new byte[0]);
      return;
    }
    String siblings =
        files.entrySet().stream()
            .map(file -> sibling(file.getKey(), file.getValue()))
            .collect(Collectors.joining(","));
    body(200, "{\"sha\": \"%s\", \"siblings\": [%s]}".formatted(COMMIT, siblings))
        .to(exchange, new byte[0]);
  }

  private String sibling(String path, byte[] content) {
    if (!listsHashes) {
      return "{\"rfilename\": \"%s\"}".formatted(path);
    }
    return "{\"rfilename\": \"%s\", \"size\": %d, \"blobId\": \"%s\"%s}"
        .formatted(
            path,
            content.length,
            gitHash(content),
            isLarge(path)
                ? ", \"lfs\": {\"sha256\": \"%s\", \"size\": %d, \"pointerSize\": 134}"
                    .formatted(hash("SHA-256", content), content.length)
                : "");
  }

  private static boolean isLarge(String path) {
    return path.matches(".*\\.(safetensors|bin|tar)");
  }

  static String gitHash(byte[] content) {
    byte[] header = "blob %d\0".formatted(content.length).getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(header, header.length + content.length);
    System.arraycopy(content, 0, all, header.length, content.length);
    return hash("SHA-1", all);
  }

  static String hash(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Redirects as the hub does: to itself for small files, to another server for large ones. */
  private void redirect(HttpExchange exchange, String path, byte[] content) throws IOException {
    boolean large = isLarge(path);
    String etag = large ? hash("SHA-256", content) : gitHash(content);
    String target = path.replaceFirst(".*/resolve/", "/cdn/");
    status(
            large ? 302 : 307,
            Map.of(
                "Location",
                large ? address().replace("127.0.0.1", "localhost") + target : target,
                "X-Linked-Etag",
                '"' + etag + '"',
                "X-Linked-Size",
                String.valueOf(content.length)))
        .to(exchange, content);
  }

  private static void content(HttpExchange exchange, byte[] content) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    if (from > 0 && from >= content.length) {
      status(416, Map.of()).to(exchange, content);
      return;
    }
    if (from > 0) {
      String place = "bytes %d-%d/%d".formatted(from, content.length - 1, content.length);
      exchange.getResponseHeaders().set("Content-Range", place);
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    exchange.getResponseBody().write(content, from, content.length - from);
  }

  static Answer status(int status, Map<String, String> headers) {
    return (exchange, content) -> {
      headers.forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(status, -1);
    };
  }

  static Answer body(int status, String body) {
    return (exchange, content) -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** Sends the whole content, whatever range is asked for. */
  static Answer whole() {
    return (exchange, content) -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content);
    };
  }

  /** Sends the first half, then waits, and breaks the connection. */
  static Answer half(long waitMillis) {
    return (exchange, content) -> {
      exchange.sendResponseHeaders(200, content.length);
      OutputStream out = exchange.getResponseBody();
      out.write(content, 0, content.length / 2);
      out.flush();
      sleep(waitMillis);
    };
  }

  private static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
