package org.wideresnet.export;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.nio.file.Path;

/**
 * A finished export; as JSON its folder is called {@code dir}.
 *
 * @param folder the SavedModel, {@code DIR/version}
 * @param version its version number
 * @param maxAbsDifference the largest difference between a probability of the export and of the
 *     checkpoint over the pictures of the check, in all signatures
 * @param bytes the size of its files
 * @param fingerprint SHA-256 over {@code saved_model.pb} and {@code variables/}, in hexadecimal
 */
public record ExportedModel(
    @JsonProperty("dir") @JsonSerialize(using = ToStringSerializer.class) Path folder,
    long version,
    double maxAbsDifference,
    long bytes,
    String fingerprint) {}
