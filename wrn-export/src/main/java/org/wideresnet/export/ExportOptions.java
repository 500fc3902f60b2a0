package org.wideresnet.export;

/**
 * Where an export goes within its folder, and what else stays there.
 *
 * @param version the version number, from 1; null for the next one that is free
 * @param keep how many versions stay, counting the new one; the oldest go; 0 for all
 */
public record ExportOptions(Long version, int keep) {
  /** The next version, beside all others. */
  public static final ExportOptions DEFAULT = new ExportOptions(null, 0);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is negative, or the version is 0
   */
  public ExportOptions {
    if (version != null && version < 1) {
      throw new IllegalArgumentException(
          "The version is " + version + "; versions are numbered from 1.");
    }
    if (keep < 0) {
      throw new IllegalArgumentException(
          "The number of versions to keep is " + keep + "; it must be 1 or more, or 0 for all.");
    }
  }
}
