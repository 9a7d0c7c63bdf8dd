package org.simcse.core.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.simcse.api.error.SimCseException;

/**
 * Requests to one server, with redirects and repetition.
 *
 * <p>The token goes to that server alone, never to one that it redirects to. A request is repeated
 * when its connection breaks, and when the server says 429 or 5xx, after the time in {@code
 * Retry-After} if there is one.
 */
final class HttpTransfer {
  private static final int ATTEMPTS = 5;
  private static final int REDIRECTS = 10;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final long POLL_MILLIS = 100;

  /** Longer waits are left to the user. */
  private static final long LONGEST_WAIT_SECONDS = 60;

  private final HttpClient client;
  private final URI server;
  private final Optional<String> token;
  private final Patience patience;

  /** Says what it means that the server refuses a request. */
  @FunctionalInterface
  interface Refusal {
    /** Returns what to throw for a status from 400 on. */
    SimCseException of(int status, HttpHeaders headers);
  }

  /** Sends a request once. */
  @FunctionalInterface
  interface Attempt<T> {
    HttpResponse<T> send() throws IOException;
  }

  /**
   * A request.
   *
   * @param method GET or HEAD
   * @param path behind the address of the server
   * @param headers further ones
   * @param enough whether a redirect is not to be followed, by its headers
   */
  record Request(
      String method, String path, Map<String, String> headers, Predicate<HttpHeaders> enough) {
    static Request get(String path, Map<String, String> headers) {
      return new Request("GET", path, headers, redirect -> false);
    }
  }

  HttpTransfer(URI server, Optional<String> token, Patience patience) {
    this.server = server;
    this.token = token;
    this.patience = patience;
    client =
        HttpClient.newBuilder()
            .version(
                HttpClient.Version.HTTP_1_1) // a file at a time gains nothing from its successor
            .connectTimeout(Duration.ofSeconds(10))
            .build();
  }

  /**
   * Repeats a request until it succeeds.
   *
   * @param progress how far it has come; attempts that get further do not count
   * @throws UnreachableException if the server is unreachable or fails
   * @throws SimCseException if it refuses the request
   */
  <T> HttpResponse<T> repeated(Attempt<T> attempt, LongSupplier progress, Refusal refusal) {
    for (int failures = 1; ; failures++) {
      long before = progress.getAsLong();
      long wait = 0;
      try {
        HttpResponse<T> response = attempt.send();
        if (response.statusCode() < 400) {
          return response;
        }
        wait = checkedWait(response, failures, refusal);
      } catch (IOException e) {
        failures = progress.getAsLong() > before ? 0 : failures;
        if (failures == ATTEMPTS || hopeless(e)) {
          throw unreachable(e);
        }
      }
      pause(Math.max(1000 * wait, patience.pause().toMillis() << failures >> 1));
    }
  }

  private static boolean hopeless(IOException e) {
    return e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
  }

  /** Returns how many seconds to wait at least before a request is repeated, if that helps. */
  private long checkedWait(HttpResponse<?> response, int failures, Refusal refusal) {
    int status = response.statusCode();
    if (status != TOO_MANY_REQUESTS && status < 500) {
      throw refusal.of(status, response.headers());
    }
    long wait =
        response
            .headers()
            .firstValue("Retry-After")
            .filter(value -> value.matches("[0-9]{1,9}")) // it may be a date
            .map(Long::valueOf)
            .orElse(0L);
    if (failures < ATTEMPTS && wait <= LONGEST_WAIT_SECONDS) {
      return wait;
    }
    String when = wait > 0 ? "in %d seconds".formatted(wait) : "later";
    throw status == TOO_MANY_REQUESTS
        ? new SimCseException(
            "%s was asked too often (status 429): try again %s, or set HF_TOKEN, with which more requests are allowed."
                .formatted(server, when))
        : new UnreachableException(
            "%s has a problem of its own (status %d): try again %s."
                .formatted(server, status, when),
            null);
  }

  private UnreachableException unreachable(IOException e) {
    Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
    String reason =
        cause instanceof UnresolvedAddressException
            ? "its name is unknown"
            : Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    return new UnreachableException(
        "%s cannot be reached (%s): check the network and HF_ENDPOINT; Java takes a proxy from the options -Dhttps.proxyHost=HOST -Dhttps.proxyPort=PORT."
            .formatted(server, reason),
        e);
  }

  /** Waits. */
  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static SimCseException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new SimCseException("Fetching was interrupted.", e);
  }

  /**
   * Sends a request once, and follows redirects.
   *
   * @param received how much of the answer has come; while it grows, the answer is waited for
   */
  <T> HttpResponse<T> send(Request request, BodyHandler<T> handler, LongSupplier received)
      throws IOException {
    URI address = URI.create(server + request.path);
    for (int i = 0; i <= REDIRECTS; i++) {
      HttpResponse<T> response =
          awaited(client.sendAsync(built(request, address), handler), received);
      Optional<String> target = response.headers().firstValue("Location");
      if (response.statusCode() / 100 != 3
          || target.isEmpty()
          || request.enough.test(response.headers())) {
        return response;
      }
      address = redirected(address, target.get());
    }
    throw new IOException("it redirects in a circle");
  }

  private static URI redirected(URI from, String location) throws IOException {
    try {
      URI to = from.resolve(location);
      if ("https".equals(to.getScheme()) || from.getScheme().equals(to.getScheme())) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("it redirects to what is no address: " + location, e);
    }
    throw new IOException("it redirects to an insecure address: " + location);
  }

  private HttpRequest built(Request request, URI address) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(address)
            .method(request.method, HttpRequest.BodyPublishers.noBody())
            .header("User-Agent", "simcse")
            .header("Accept-Encoding", "identity"); // sizes and hashes are those of the files
    request.headers.forEach(builder::header);
    if (origin(address).equals(origin(server))) {
      token.ifPresent(secret -> builder.header("Authorization", "Bearer " + secret));
    }
    return builder.build();
  }

  private static String origin(URI address) {
    int port = address.getPort();
    int usual = "https".equals(address.getScheme()) ? 443 : 80;
    return "%s://%s:%d"
        .formatted(address.getScheme(), address.getHost(), port < 0 ? usual : port)
        .toLowerCase(Locale.ROOT);
  }

  private <T> HttpResponse<T> awaited(
      CompletableFuture<HttpResponse<T>> pending, LongSupplier received) throws IOException {
    long before = received.getAsLong();
    long since = System.nanoTime();
    try {
      while (true) {
        try {
          return pending.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          long now = received.getAsLong();
          since = now == before ? since : System.nanoTime();
          before = now;
          if (System.nanoTime() - since > patience.silence().toNanos()) {
            throw new HttpTimeoutException(
                "it has sent nothing for %d s".formatted(patience.silence().toSeconds()));
          }
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      pending.cancel(true); // does nothing after an answer
    }
  }
}
