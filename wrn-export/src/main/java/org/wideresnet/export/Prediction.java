package org.wideresnet.export;

/**
 * What a model thinks of a picture, in part.
 *
 * @param classId the number of a class, from 0
 * @param label the name of the class
 * @param probability how probable it is, in [0, 1]
 */
public record Prediction(int classId, String label, float probability) {}
