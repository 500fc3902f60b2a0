package org.wideresnet.model;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Everything that decides what a Wide ResNet computes; obtained from {@link Variant#config}.
 *
 * @param variant the variant that the values were taken from
 * @param depth the paper's depth, {@code 6n + 4}: 10, 16, 22, 28, 34, 40, ...
 * @param widenFactor the paper's {@code k}: the groups have {@code 16k, 32k, 64k} filters
 * @param classes the number of classes
 * @param dataFormat the layout of the input images
 * @param dropout the share of activations that dropout zeroes, in {@code [0, 1)}; 0 for none
 * @param dropoutPlacement where dropout stands in a block
 * @param padding what surrounds the input of a strided 3x3 convolution
 * @param identityWhereShapesAgree whether a group's first block keeps the identity as its shortcut
 *     where its input already has the right shape (only group 1 at {@code k = 1}); otherwise the
 *     shortcut of a first block is always a 1x1 convolution
 * @param batchNorm the settings of batch normalisation
 * @param convInitializer how convolution kernels start
 * @param denseInitializer how the kernel of the last layer starts
 */
public record WideResNetConfig(
    Variant variant,
    int depth,
    int widenFactor,
    int classes,
    DataFormat dataFormat,
    float dropout,
    DropoutPlacement dropoutPlacement,
    Padding padding,
    boolean identityWhereShapesAgree,
    BatchNorm batchNorm,
    Initializer convInitializer,
    Initializer denseInitializer) {

  /** Where dropout stands in a residual block. */
  public enum DropoutPlacement {
    /**
     * Between the first convolution and the second batch normalisation, and only in the blocks with
     * an identity shortcut: the Keras original.
     */
    BEFORE_BATCH_NORM,
    /**
     * Between the second ReLU and the second convolution of every block: the paper, section 2.4.
     */
    AFTER_RELU
  }

  /**
   * What surrounds the input of a 3x3 convolution of stride 2; one of stride 1 has a pixel of zeros
   * on each side in either form. An even input yields the same size of output in both.
   */
  public enum Padding {
    /** TensorFlow's "SAME": a pixel of zeros below and to the right of an even input. */
    SAME,
    /** A pixel of zeros on each side, {@code (1, 1)}: the authors' Lua and PyTorch code. */
    SYMMETRIC
  }

  /** Height and width of the input images, in pixels. */
  public static final int IMAGE_SIZE = 32;

  private static final Pattern NAME = Pattern.compile("(?i)wrn-(\\d{1,4})-(\\d{1,3})");

  /** Throws an IllegalArgumentException if the depth or another value is out of range. */
  public WideResNetConfig {
    checkArgument(
        depth >= 10 && (depth - 4) % 6 == 0,
        "The depth is %s; a Wide ResNet has a depth of 6n+4: 10, 16, 22, 28, 34, 40.",
        depth);
    checkArgument(widenFactor >= 1, "The widen factor is %s; it must be 1 or more.", widenFactor);
    checkArgument(classes >= 2, "The number of classes is %s; it must be 2 or more.", classes);
    checkArgument(
        dropout >= 0 && dropout < 1, "The dropout rate is %s; it must lie in [0, 1).", dropout);
  }

  /**
   * Returns the network that a name such as {@code wrn-28-10} stands for.
   *
   * @throws IllegalArgumentException if the name is of another form or the depth is not {@code 6n +
   *     4}
   */
  public static WideResNetConfig parse(String name, Variant variant, int classes) {
    Matcher matcher = NAME.matcher(name);
    checkArgument(
        matcher.matches(),
        "The model '%s' is not of the form wrn-DEPTH-WIDTH, such as wrn-16-2.",
        name);
    return variant.config(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), classes);
  }

  /** Returns the network's name as the paper writes it, such as {@code WRN-28-10}. */
  public String name() {
    return "WRN-" + depth + "-" + widenFactor;
  }

  /** Returns all that tells two networks apart, such as {@code WRN-28-10 (paper), 100 classes}. */
  public String fullName() {
    return "%s (%s), %d classes"
        .formatted(name(), variant.name().toLowerCase(Locale.ROOT), classes);
  }

  /** Returns {@code n}: the number of residual blocks in each of the three groups. */
  public int blocksPerGroup() {
    return (depth - 4) / 6;
  }

  /** Returns a copy with another dropout rate, in {@code [0, 1)}. */
  public WideResNetConfig withDropout(float rate) {
    return with(classes, dataFormat, rate, padding, batchNorm);
  }

  /** Returns a copy for input images of another layout. */
  public WideResNetConfig withDataFormat(DataFormat format) {
    return with(classes, format, dropout, padding, batchNorm);
  }

  /** Returns a copy with other settings of batch normalisation. */
  public WideResNetConfig withBatchNorm(BatchNorm settings) {
    return with(classes, dataFormat, dropout, padding, settings);
  }

  /** Returns a copy with other padding. */
  public WideResNetConfig withPadding(Padding other) {
    return with(classes, dataFormat, dropout, other, batchNorm);
  }

  /** Returns a copy for another number of classes. */
  public WideResNetConfig withClasses(int number) {
    return with(number, dataFormat, dropout, padding, batchNorm);
  }

  private WideResNetConfig with(
      int number, DataFormat format, float rate, Padding pad, BatchNorm settings) {
    return new WideResNetConfig(
        variant,
        depth,
        widenFactor,
        number,
        format,
        rate,
        dropoutPlacement,
        pad,
        identityWhereShapesAgree,
        settings,
        convInitializer,
        denseInitializer);
  }
}
