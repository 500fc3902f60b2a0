package org.wideresnet.export;

import org.wideresnet.model.Precision;
import org.wideresnet.model.convolution.ConvolutionAlgorithm;

/**
 * Where an export goes within its folder, what else stays there, and what is made of it.
 *
 * @param version the version number, from 1; null for the next one that is free
 * @param keep how many versions stay, counting the new one; the oldest go; 0 for all
 * @param precision the number format of the convolutions
 * @param convolutions how wide 3x3 convolutions are computed, in float32
 * @param calibration the temperature of the probabilities; null for none
 * @param training how the network was trained, for the model card; null where it is not known
 */
public record ExportOptions(
    Long version,
    int keep,
    Precision precision,
    ConvolutionAlgorithm convolutions,
    Calibration calibration,
    Training training) {
  /** The next version, beside all others. */
  public static final ExportOptions DEFAULT = new ExportOptions(null, 0);

  /**
   * How a network was trained.
   *
   * @param run the name of the run
   * @param recipe the recipe, in YAML
   * @param project the version of this project that trained it
   */
  public record Training(String run, String recipe, String project) {}

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a number is negative, the version is 0, the format is
   *     float16, or Winograd's convolutions should be computed in another one than float32
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
    if (precision == Precision.FP16) {
      throw new IllegalArgumentException(
          "--precision fp16 is for training; an export is computed in fp32 or bf16.");
    }
    if (convolutions == ConvolutionAlgorithm.WINOGRAD && precision != Precision.FP32) {
      throw new IllegalArgumentException(
          "Winograd convolutions are computed in fp32 only; choose them or bf16, not both.");
    }
  }

  /** A version in float32, as the checkpoint has it. */
  public ExportOptions(Long version, int keep) {
    this(version, keep, Precision.FP32, ConvolutionAlgorithm.DIRECT, null, null);
  }

  /** Returns a copy that says how the network was trained. */
  public ExportOptions with(Training how) {
    return new ExportOptions(version, keep, precision, convolutions, calibration, how);
  }

  /** Returns a copy with a temperature. */
  public ExportOptions with(Calibration fitted) {
    return new ExportOptions(version, keep, precision, convolutions, fitted, training);
  }

  /** Returns what the logits are divided by. */
  public float temperature() {
    return calibration == null ? 1 : (float) calibration.temperature();
  }
}
