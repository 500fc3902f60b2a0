package org.wideresnet.cli.data;

import java.io.PrintWriter;
import java.util.Locale;
import org.wideresnet.cli.terminal.ProgressLine;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.data.files.CifarDownload;

/** Shows how far a download has come: a bar on a terminal, else a line for each tenth. */
final class DownloadProgress implements CifarDownload.Progress, AutoCloseable {
  private final PrintWriter err;
  private final ProgressLine line;
  private long start;
  private long bytesAtStart = -1;
  private long tenths;

  /** Shows it on a terminal of some columns; 0 if it is not one. */
  DownloadProgress(PrintWriter err, int columns) {
    this.err = err;
    this.line = new ProgressLine(err, columns);
  }

  @Override
  public void update(long bytes, long total) {
    if (bytesAtStart < 0 && bytes > 0) {
      err.println("Going on from " + megabytes(bytes, total));
    }
    if (bytesAtStart < 0 || bytes < bytesAtStart) {
      start = System.nanoTime();
      bytesAtStart = bytes;
      tenths = 10 * bytes / total;
    }
    boolean tenth = 10 * bytes / total > tenths;
    if (bytes == bytesAtStart || (line.isShown() ? !line.isDue() : !tenth)) {
      return;
    }
    tenths = 10 * bytes / total;
    double bytesPerSecond = (bytes - bytesAtStart) / ((System.nanoTime() - start) / 1e9);
    String text =
        String.format(
            Locale.ROOT,
            "%s, %.1f MB/s, %s left",
            megabytes(bytes, total),
            bytesPerSecond / 1e6,
            Terminal.clock((total - bytes) / bytesPerSecond));
    if (line.isShown()) {
      line.draw((double) bytes / total, text);
    } else {
      err.println(text);
      err.flush();
    }
  }

  private static String megabytes(long bytes, long total) {
    return String.format(Locale.ROOT, "%.1f of %.1f MB", bytes / 1e6, total / 1e6);
  }

  /** Removes the bar. */
  @Override
  public void close() {
    line.close();
  }
}
