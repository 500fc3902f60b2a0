/**
 * The Wide Residual Network: {@link org.wideresnet.model.WideResNet} says which layers it has,
 * {@link org.wideresnet.model.ForwardPass} computes them. What a new kind of layer touches is said
 * at {@link org.wideresnet.model.Layer.Type}, a new way to compute at {@link
 * org.wideresnet.model.Numerics}.
 */
package org.wideresnet.model;
