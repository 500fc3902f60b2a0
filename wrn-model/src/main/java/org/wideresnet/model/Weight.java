package org.wideresnet.model;

import org.tensorflow.ndarray.Shape;

/**
 * One weight tensor of the network, float32.
 *
 * @param name its name in checkpoints, as Keras names it: {@code conv2d_3/kernel}
 * @param shape its shape; kernels are {@code [height, width, in, out]} and {@code [in, out]}
 * @param initializer how it starts
 * @param trainable whether gradient descent changes it; the moving statistics of batch
 *     normalisation are not trainable
 */
public record Weight(String name, Shape shape, Initializer initializer, boolean trainable) {}
