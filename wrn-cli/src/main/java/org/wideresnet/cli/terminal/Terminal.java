package org.wideresnet.cli.terminal;

import java.util.Locale;

/** What the launcher says of the terminal and of how it was called, and how times are shown. */
public final class Terminal {
  private Terminal() {}

  /** Returns the width of the terminal that standard output goes to; 80 if it is not one. */
  public static int columns() {
    return Integer.getInteger("wrn.columns", 80);
  }

  /** Returns the width that a table on standard output may have; no limit but a terminal's. */
  public static int tableColumns() {
    return Integer.getInteger("wrn.columns", Integer.MAX_VALUE);
  }

  /** Returns the width of the terminal that standard error goes to; 0 if it is not one. */
  public static int progressColumns() {
    return Integer.getInteger("wrn.progressColumns", 0);
  }

  /** Returns how the user called this program, for messages that say what to call next. */
  public static String invocation() {
    return System.getProperty("wrn.invocation", "wrn");
  }

  /** Returns a duration as {@code 1:02} or {@code 1:02:03}. */
  public static String clock(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }
}
