package org.wideresnet.model.variables;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tensorflow.Result;
import org.tensorflow.types.TFloat32;

/** Float32 tensors by name, in order. Closing it frees them. */
public final class NamedTensors implements AutoCloseable {
  private final Map<String, TFloat32> tensors = new LinkedHashMap<>();

  /** Takes over the tensors of a result, under their names in the order of the fetches. */
  public NamedTensors(List<String> names, Result result) {
    for (int i = 0; i < names.size(); i++) {
      tensors.put(names.get(i), (TFloat32) result.get(i));
    }
  }

  /** Takes over tensors. */
  public NamedTensors(Map<String, TFloat32> tensors) {
    this.tensors.putAll(tensors);
  }

  /** Returns the tensors by name; they are valid until this is closed. */
  public Map<String, TFloat32> asMap() {
    return Collections.unmodifiableMap(tensors);
  }

  /**
   * Returns one tensor, valid until this is closed.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public TFloat32 get(String name) {
    TFloat32 tensor = tensors.get(name);
    checkArgument(tensor != null, "There is no tensor '%s'.", name);
    return tensor;
  }

  /** Closes the tensors of some names, and forgets them. */
  public void remove(List<String> names) {
    names.stream().map(tensors::remove).filter(Objects::nonNull).forEach(TFloat32::close);
  }

  @Override
  public void close() {
    tensors.values().forEach(TFloat32::close);
  }
}
