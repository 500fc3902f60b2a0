package org.wideresnet.model.convolution;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The parts of Winograd's minimal filtering F(4x4, 3x3) of images of one size, in float32: 36
 * multiplications for a 4x4 tile of the output and a pair of channels, where the direct convolution
 * needs 144. See Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, arXiv
 * 1509.09308.
 *
 * <p>With the interpolation points 0, ±1, ±2 and infinity, a tile is {@code Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d
 * B)]A}, where d are the 6x6 pixels that it sees and g is the 3x3 kernel. Each transform of both
 * dimensions is one matrix product with a Kronecker square, and the frequencies come first, so that
 * the sum over the channels is one batched product (T tiles in all images):
 *
 * <ul>
 *   <li>{@code V = (Bᵀ⊗Bᵀ) d}: {@code [36, 36] · [36, T*c]}, seen as {@code [36, T, c]};
 *   <li>{@code U = (G⊗G) g}: {@code [36, 9] · [9, c*k]}, seen as {@code [36, c, k]};
 *   <li>{@code M = V U}: {@code [36, T, k]};
 *   <li>{@code Y = (Aᵀ⊗Aᵀ) M}: {@code [16, 36] · [36, T*k]}.
 * </ul>
 *
 * <p>Where height or width are not multiples of 4, the last tiles reach beyond the image, into
 * zeros.
 */
final class WinogradTiles {
  private static final int TILE = 4;
  private static final int PATCH = 6;
  private static final int KERNEL = 3;
  private static final float[][] B_T = {
    {4, 0, -5, 0, 1, 0},
    {0, -4, -4, 1, 1, 0},
    {0, 4, -4, -1, 1, 0},
    {0, -2, -1, 2, 1, 0},
    {0, 2, -1, -2, 1, 0},
    {0, 4, 0, -5, 0, 1}
  };
  private static final float[][] G = {
    {1 / 4f, 0, 0},
    {-1 / 6f, -1 / 6f, -1 / 6f},
    {-1 / 6f, 1 / 6f, -1 / 6f},
    {1 / 24f, 1 / 12f, 1 / 6f},
    {1 / 24f, -1 / 12f, 1 / 6f},
    {0, 0, 1}
  };
  private static final float[][] A_T = {
    {1, 1, 1, 1, 1, 0},
    {0, 1, -1, 2, -2, 0},
    {0, 1, 1, 4, 4, 0},
    {0, 1, -1, 8, -8, 1}
  };

  private final Ops tf;
  private final int height;
  private final int width;
  private final int tilesDown;
  private final int tilesAcross;

  WinogradTiles(Ops tf, int height, int width) {
    this.tf = tf;
    this.height = height;
    this.width = width;
    tilesDown = (height + TILE - 1) / TILE;
    tilesAcross = (width + TILE - 1) / TILE;
  }

  /** Returns V of images {@code [batch, height, width, channels]}: {@code [36, T, channels]}. */
  Operand<TFloat32> frequencies(Operand<TFloat32> images, int channels) {
    return transform(
        tf, kron(B_T), patches(images, channels, PATCH, 1), PATCH * PATCH, -1, channels);
  }

  /** Returns U of a kernel {@code [3, 3, c, k]}: {@code [36, c, k]}. */
  static Operand<TFloat32> kernel(
      Ops tf, Operand<TFloat32> kernel, int inputChannels, int outputChannels) {
    return transform(tf, kron(G), kernel, KERNEL * KERNEL, inputChannels, outputChannels);
  }

  /** Returns U of a kernel that is turned by 180°: {@code [36, c, k]}. */
  Operand<TFloat32> turnedKernel(Operand<TFloat32> kernel, int inputChannels, int outputChannels) {
    return transform(
        tf, reversedColumns(kron(G)), kernel, KERNEL * KERNEL, inputChannels, outputChannels);
  }

  /** Returns the gradient of M, {@code [36, T, k]}, from that of the images. */
  Operand<TFloat32> gradientFrequencies(Operand<TFloat32> gradient, int channels) {
    return transform(
        tf, transposed(kron(A_T)), patches(gradient, channels, TILE, 0), TILE * TILE, -1, channels);
  }

  /** Returns the gradient of the kernel, {@code [3, 3, c, k]}, from that of U. */
  Operand<TFloat32> kernelGradient(
      Operand<TFloat32> gradient, int inputChannels, int outputChannels) {
    Operand<TFloat32> kernel =
        transform(tf, transposed(kron(G)), gradient, PATCH * PATCH, inputChannels, outputChannels);
    return tf.reshape(
        kernel, tf.constant(new int[] {KERNEL, KERNEL, inputChannels, outputChannels}));
  }

  /**
   * Returns {@code [size * size, tiles, channels]}: the pixels of each tile, and a border of them.
   */
  private Operand<TFloat32> patches(Operand<TFloat32> images, int channels, int size, int border) {
    int paddedHeight = tilesDown * TILE + 2 * border;
    int paddedWidth = tilesAcross * TILE + 2 * border;
    int[][] padding = {
      {0, 0},
      {border, paddedHeight - height - border},
      {border, paddedWidth - width - border},
      {0, 0}
    };
    Operand<TFloat32> padded =
        paddedHeight == height && paddedWidth == width
            ? images
            : tf.pad(images, tf.constant(padding), tf.constant(0f));
    int tiles = tilesDown * tilesAcross;
    int[] pixels = new int[size * size * tiles];
    for (int i = 0; i < pixels.length; i++) {
      int tile = i % tiles;
      int place = i / tiles;
      int y = tile / tilesAcross * TILE + place / size;
      int x = tile % tilesAcross * TILE + place % size;
      pixels[i] = y * paddedWidth + x;
    }
    Operand<TInt32> index =
        tf.math.add(
            tf.reshape(tf.constant(pixels), tf.constant(new int[] {size * size, 1, tiles})),
            imageStarts(batch(images), paddedHeight * paddedWidth, 1, -1, 1));
    return gather(padded, index, channels);
  }

  /** Puts {@code [36, tiles, channels]} back into images, {@code [batch, h, w, channels]}. */
  Operand<TFloat32> images(Operand<TFloat32> product, Operand<TInt32> batch, int channels) {
    Operand<TFloat32> pixels = transform(tf, kron(A_T), product, PATCH * PATCH, -1, channels);
    int tiles = tilesDown * tilesAcross;
    int[] tile = new int[height * width];
    int[] place = new int[height * width];
    for (int i = 0; i < tile.length; i++) {
      int y = i / width;
      int x = i % width;
      tile[i] = y / TILE * tilesAcross + x / TILE;
      place[i] = y % TILE * TILE + x % TILE;
    }
    Operand<TInt32> inFirstImage =
        tf.math.add(
            tf.constant(tile),
            tf.math.mul(tf.constant(place), tf.math.mul(batch, tf.constant(tiles))));
    Operand<TInt32> index =
        tf.math.add(
            tf.reshape(inFirstImage, tf.constant(new int[] {1, height, width})),
            imageStarts(batch, tiles, -1, 1, 1));
    return gather(pixels, index, channels);
  }

  private Operand<TFloat32> gather(Operand<TFloat32> from, Operand<TInt32> index, int channels) {
    Operand<TFloat32> rows = tf.reshape(from, tf.constant(new int[] {-1, channels}));
    return tf.gather(rows, index, tf.constant(0));
  }

  /** Returns int32 of a shape in which -1 stands for the batch: 0, size, 2 * size and so on. */
  private Operand<TInt32> imageStarts(Operand<TInt32> batch, int size, int... shape) {
    Operand<TInt32> numbers = tf.range(tf.constant(0), batch, tf.constant(1));
    return tf.math.mul(tf.reshape(numbers, tf.constant(shape)), tf.constant(size));
  }

  Operand<TInt32> batch(Operand<TFloat32> images) {
    return tf.reshape(
        tf.slice(tf.shape(images), tf.constant(new int[] {0}), tf.constant(new int[] {1})),
        tf.constant(new int[0]));
  }

  /** Returns {@code matrix · x}, where x is seen as {@code [rows, middle * last]}. */
  private static Operand<TFloat32> transform(
      Ops tf, float[][] matrix, Operand<TFloat32> x, int rows, int middle, int last) {
    float[] values = new float[matrix.length * rows];
    for (int i = 0; i < values.length; i++) {
      values[i] = matrix[i / rows][i % rows];
    }
    Operand<TFloat32> left =
        tf.reshape(tf.constant(values), tf.constant(new int[] {matrix.length, rows}));
    Operand<TFloat32> right = tf.reshape(x, tf.constant(new int[] {rows, -1}));
    return tf.reshape(
        tf.linalg.matMul(left, right), tf.constant(new int[] {matrix.length, middle, last}));
  }

  /** One product for each frequency: by BatchMatMulV2, the one that oneDNN computes. */
  Operand<TFloat32> product(
      Operand<TFloat32> x, Operand<TFloat32> y, boolean transposeX, boolean transposeY) {
    return tf.scope()
        .opBuilder("BatchMatMulV2", "product")
        .addInput(x.asOutput())
        .addInput(y.asOutput())
        .setAttr("adj_x", transposeX)
        .setAttr("adj_y", transposeY)
        .build()
        .<TFloat32>output(0);
  }

  /** Returns the Kronecker product of a matrix with itself. */
  private static float[][] kron(float[][] m) {
    int rows = m.length;
    int columns = m[0].length;
    float[][] square = new float[rows * rows][columns * columns];
    for (int i = 0; i < rows * rows; i++) {
      for (int j = 0; j < columns * columns; j++) {
        square[i][j] = m[i / rows][j / columns] * m[i % rows][j % columns];
      }
    }
    return square;
  }

  private static float[][] transposed(float[][] m) {
    float[][] transposed = new float[m[0].length][m.length];
    for (int i = 0; i < m.length; i++) {
      for (int j = 0; j < m[0].length; j++) {
        transposed[j][i] = m[i][j];
      }
    }
    return transposed;
  }

  /** Turns the 3x3 kernel that a matrix is multiplied with by 180°. */
  private static float[][] reversedColumns(float[][] m) {
    float[][] reversed = new float[m.length][m[0].length];
    for (int i = 0; i < m.length; i++) {
      for (int j = 0; j < m[0].length; j++) {
        reversed[i][j] = m[i][m[0].length - 1 - j];
      }
    }
    return reversed;
  }
}
