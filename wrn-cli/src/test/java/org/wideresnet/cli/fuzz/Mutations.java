package org.wideresnet.cli.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Inputs that differ from those that are in order by a few changes. */
final class Mutations {
  private static final List<String> TOKENS =
      List.of(
          "null",
          "true",
          "[]",
          "{}",
          "\"\"",
          "-1",
          "0",
          "1e999",
          "-0.0",
          "NaN",
          "2147483648",
          "9223372036854775808",
          "99999999999999999999",
          "\u0000",
          "\uFEFF",
          "\\uD800",
          "[[[[",
          "&a",
          "*a",
          "!!",
          "---\n",
          "../",
          "//",
          ",",
          "\n",
          ":",
          "\"");
  private static final int[] BYTES = {0, 1, 0x7F, 0x80, 0xFF};
  private static final int LONGEST = 1 << 20;

  private final List<byte[]> seeds;
  private final Random random;

  Mutations(List<byte[]> seeds, long seed) {
    this.seeds = seeds;
    random = new Random(seed);
  }

  byte[] next() {
    byte[] input = seed();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      input = change(input);
    }
    return input;
  }

  private byte[] seed() {
    return seeds.get(random.nextInt(seeds.size())).clone();
  }

  private byte[] change(byte[] input) {
    int at = position(input);
    int end = Math.min(input.length, at + 1 + random.nextInt(8));
    switch (random.nextInt(7)) {
      case 0 -> {
        if (at < input.length) {
          input[at] ^= (byte) (1 << random.nextInt(8));
        }
        return input;
      }
      case 1 -> {
        byte value = (byte) BYTES[random.nextInt(BYTES.length)];
        for (int i = at; i < end; i++) {
          input[i] = value;
        }
        return input;
      }
      case 2 -> {
        return join(input, at, new byte[0], end);
      }
      case 3 -> {
        return join(input, at, new byte[0], input.length);
      }
      case 4 -> {
        byte[] other = seed();
        int from = position(other);
        byte[] piece = new byte[Math.min(other.length - from, random.nextInt(64))];
        System.arraycopy(other, from, piece, 0, piece.length);
        return join(input, at, piece, at);
      }
      default -> {
        String token = TOKENS.get(random.nextInt(TOKENS.size()));
        return join(
            input, at, token.getBytes(StandardCharsets.UTF_8), random.nextBoolean() ? at : end);
      }
    }
  }

  /** Half of the places are near the start, where files say what they are. */
  private int position(byte[] input) {
    int most = random.nextBoolean() ? input.length : Math.min(input.length, 2048);
    return random.nextInt(most + 1);
  }

  private static byte[] join(byte[] input, int cut, byte[] middle, int rest) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(input, 0, cut);
    out.writeBytes(middle);
    out.write(input, rest, Math.min(input.length, LONGEST) - Math.min(rest, LONGEST));
    return out.toByteArray();
  }
}
