package org.wideresnet.export.serve;

import java.util.Locale;

/** A request cannot be answered; the message is for the client. */
final class RequestException extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * Says why.
   *
   * @param status the HTTP status
   */
  RequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The client is to blame. */
  static RequestException invalid(String message, Object... args) {
    return new RequestException(400, String.format(Locale.ROOT, message, args));
  }

  int status() {
    return status;
  }
}
