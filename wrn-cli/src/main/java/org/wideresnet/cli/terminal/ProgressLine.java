package org.wideresnet.cli.terminal;

import java.io.PrintWriter;

/** A line on a terminal that is kept up to date: a bar and a text. Elsewhere it is not shown. */
public final class ProgressLine implements AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000;
  private static final int LEAST_BAR = 5;

  private final PrintWriter err;
  private final int columns;
  private boolean drawn;
  private long lastDrawn = System.nanoTime() - REDRAW_NANOS;

  /** Is shown on standard error, a terminal of that many columns; 0 if it is not one. */
  public ProgressLine(PrintWriter err, int columns) {
    this.err = err;
    this.columns = columns;
  }

  /** Returns whether there is a terminal. */
  public boolean isShown() {
    return columns > 0;
  }

  /** Returns whether it is shown and was last drawn long enough ago. */
  public boolean isDue() {
    return isShown() && System.nanoTime() - lastDrawn >= REDRAW_NANOS;
  }

  /** Draws the text, and before it as much of a bar as there is room for. */
  public void draw(double share, String text) {
    drawn = true;
    lastDrawn = System.nanoTime();
    int room = Math.min(30, columns - 1 - text.length() - 2);
    String line = text;
    if (room >= LEAST_BAR) {
      int filled = (int) Math.round(share * room);
      line = "━".repeat(filled) + "─".repeat(room - filled) + "  " + text;
    }
    err.print("\r" + line.substring(0, Math.min(line.length(), columns - 1)) + "\033[K");
    err.flush();
  }

  /** Shows what is being done where nothing can be counted. */
  public void say(String what) {
    if (isShown()) {
      drawn = true;
      String line = what + " ...";
      err.print("\r" + line.substring(0, Math.min(line.length(), columns - 1)) + "\033[K");
      err.flush();
    }
  }

  /** Removes the line; it can be drawn again. */
  @Override
  public void close() {
    if (drawn) {
      drawn = false;
      err.print("\r\033[K");
      err.flush();
    }
  }
}
