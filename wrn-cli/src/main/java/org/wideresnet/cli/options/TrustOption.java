package org.wideresnet.cli.options;

import picocli.CommandLine.Option;

/** {@code --trust}: a SavedModel is a program, and one may know who wrote it. */
public final class TrustOption {
  @Option(
      names = "--trust",
      description =
          "Load the exported model whatever its ops are; they may read and write files and open"
              + " connections (default: only what classifiers need).")
  private boolean given;

  /** Returns whether it was given. */
  public boolean given() {
    return given;
  }
}
