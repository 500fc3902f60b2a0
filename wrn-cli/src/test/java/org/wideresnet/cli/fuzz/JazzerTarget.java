package org.wideresnet.cli.fuzz;

/** What Jazzer calls, found by the names of the methods: its argument is the name of a reader. */
public final class JazzerTarget {
  private static Reader reader;

  private JazzerTarget() {}

  public static void fuzzerInitialize(String[] args) {
    reader = Reader.valueOf(args[0]);
  }

  public static void fuzzerTestOneInput(byte[] input) {
    reader.check(input);
  }
}
