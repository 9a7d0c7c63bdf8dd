package org.simcse.core.hub;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.function.LongConsumer;
import org.simcse.api.error.SimCseException;

/**
 * Fetches a file to where an earlier attempt may have left its beginning, and checks its content.
 */
final class Download {
  private static final int PARTIAL_CONTENT = 206;
  private static final int NO_SUCH_RANGE = 416;

  private final HttpTransfer transfer;
  private final String address;
  private final HubFile file;
  private final Path incomplete;
  private final LongConsumer listener;
  private long reported;

  /**
   * Prepares a download.
   *
   * @param address the path of the file on the server
   * @param incomplete where its content grows
   * @param listener called with the growth, which is negative where the server starts again
   */
  Download(
      HttpTransfer transfer, String address, HubFile file, Path incomplete, LongConsumer listener) {
    this.transfer = transfer;
    this.address = address;
    this.file = file;
    this.incomplete = incomplete;
    this.listener = listener;
  }

  /**
   * Fetches what is missing.
   *
   * @throws SimCseException if that fails, in which case what has come is kept, or the content is
   *     not the file's, in which case it is deleted
   */
  void run(HttpTransfer.Refusal refusal) throws IOException {
    boolean resumed = report() > 0;
    if (!resumed || reported < file.size()) {
      transfer.repeated(this::attempt, this::present, refusal);
      report();
    }
    if (file.matches(incomplete)) {
      return;
    }
    Files.delete(incomplete);
    if (resumed) { // what was there before may have been damaged
      run(refusal);
      return;
    }
    throw new SimCseException(
        "%s was damaged on its way, or is not the file that the server describes: it does not have the checksum %s. It was deleted; fetch it again, and if that does not help, from another server (HF_ENDPOINT)."
            .formatted(file.path(), file.hash()));
  }

  private HttpResponse<Path> attempt() throws IOException {
    long from = present();
    Map<String, String> range = from > 0 ? Map.of("Range", "bytes=" + from + "-") : Map.of();
    HttpResponse<Path> response =
        transfer.send(
            HttpTransfer.Request.get(address, range),
            info -> subscriber(info, from),
            this::checkedReport);
    int status = response.statusCode();
    if (status == NO_SUCH_RANGE
        || (status == PARTIAL_CONTENT && !continues(response.headers(), from))) {
      Files.deleteIfExists(incomplete); // the next attempt gets the whole file
      throw new IOException("it does not continue " + file.path());
    }
    if (status < 400 && checkedReport() < file.size()) {
      throw new IOException(
          "it ended after %d of the %d bytes of %s".formatted(reported, file.size(), file.path()));
    }
    return response;
  }

  private BodySubscriber<Path> subscriber(ResponseInfo info, long from) {
    if (info.statusCode() == 200) {
      return BodySubscribers.ofFile(
          incomplete,
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING);
    }
    return info.statusCode() == PARTIAL_CONTENT && continues(info.headers(), from)
        ? BodySubscribers.ofFile(incomplete, StandardOpenOption.WRITE, StandardOpenOption.APPEND)
        : BodySubscribers.replacing(incomplete);
  }

  private static boolean continues(HttpHeaders headers, long from) {
    return headers
        .firstValue("Content-Range")
        .filter(range -> range.startsWith("bytes " + from + "-"))
        .isPresent();
  }

  private long checkedReport() {
    if (report() > file.size()) {
      throw new SimCseException(
          "The server sends more than the %d bytes that %s has by its own description: fetch it from another server (HF_ENDPOINT)."
              .formatted(file.size(), file.path()));
    }
    return reported;
  }

  private long report() {
    long now = present();
    listener.accept(now - reported);
    reported = now;
    return now;
  }

  private long present() {
    try {
      return Files.exists(incomplete) ? Files.size(incomplete) : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
