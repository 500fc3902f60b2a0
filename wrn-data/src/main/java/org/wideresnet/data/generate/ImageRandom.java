package org.wideresnet.data.generate;

/**
 * The random numbers of one generated image: SplitMix64 (Steele, Lea and Flood, 2014), written out
 * so that the images are the same on every machine and Java version.
 */
final class ImageRandom {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  /** Starts the sequence that belongs to the keys. */
  ImageRandom(long... keys) {
    for (long key : keys) {
      state = mix((state + GOLDEN_GAMMA) ^ key);
    }
  }

  /** Returns a number in {@code [low, high)}. */
  double between(double low, double high) {
    return low + (high - low) * ((nextLong() >>> 11) * 0x1p-53);
  }

  /** Returns an integer in {@code [0, bound)}. */
  int below(int bound) {
    return (int) between(0, bound);
  }

  /** Returns bell-shaped noise of mean 0 and standard deviation 1, within ±4.3: 6 levels summed. */
  double noise() {
    long bits = nextLong();
    int sum = 0;
    for (int i = 0; i < 6; i++) {
      sum += (int) (bits >>> (10 * i)) & 0x3FF;
    }
    // Six integers uniform on [0, 1023]: mean 6 * 511.5, variance 6 * (1024^2 - 1) / 12.
    return (sum - 3069) / 724.077;
  }

  private long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
