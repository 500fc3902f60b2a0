package org.wideresnet.model.convolution;

/**
 * How 3x3 convolutions are computed. Both forms are the same network; their results differ by
 * rounding, some 1e-6 of their length.
 */
public enum ConvolutionAlgorithm {
  /** By TensorFlow's own op. */
  DIRECT,

  /** By {@link WinogradConvolution} where it is faster: see {@link #isWinograd}. */
  WINOGRAD;

  /**
   * The fewest channels, in and out, of a convolution in Winograd's form. Time of the direct
   * convolution by that of Winograd's, forward and both gradients, two cores, float32, oneDNN:
   *
   * <table>
   * <caption>direct / Winograd</caption>
   * <tr><th>images x height x width x channels</th><th>AVX2 (Zen 3)</th><th>AVX-512</th></tr>
   * <tr><td>128 x 32 x 32 x 32</td><td>less than 1</td><td>0.68</td></tr>
   * <tr><td>128 x 32 x 32 x 64</td><td>1.07</td><td>1.05</td></tr>
   * <tr><td>128 x 16 x 16 x 64</td><td>less than 1</td><td>1.04</td></tr>
   * <tr><td>32 x 32 x 32 x 160</td><td>1.97</td><td>1.71</td></tr>
   * <tr><td>128 x 16 x 16 x 128</td><td>1.37</td><td>1.50</td></tr>
   * <tr><td>32 x 16 x 16 x 320</td><td>2.24</td><td>2.32</td></tr>
   * <tr><td>128 x 8 x 8 x 128</td><td>1.13</td><td>1.43</td></tr>
   * <tr><td>128 x 8 x 8 x 256</td><td>1.87</td><td>1.82</td></tr>
   * <tr><td>64 x 8 x 8 x 512</td><td>2.38</td><td>2.29</td></tr>
   * <tr><td>32 x 8 x 8 x 640</td><td>2.36</td><td>2.28</td></tr>
   * </table>
   */
  static final int FEWEST_CHANNELS = 128;

  /**
   * Returns whether a convolution takes Winograd's form.
   *
   * @param kernelSize the height and width of the kernel
   * @param stride the stride in both directions
   */
  public boolean isWinograd(long kernelSize, long stride, long inputChannels, long outputChannels) {
    return this == WINOGRAD
        && kernelSize == 3
        && stride == 1
        && Math.min(inputChannels, outputChannels) >= FEWEST_CHANNELS;
  }
}
