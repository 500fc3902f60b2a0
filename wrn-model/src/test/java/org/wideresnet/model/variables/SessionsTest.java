package org.wideresnet.model.variables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TInt32;

class SessionsTest {
  @Test
  void sessionsForFilesHaveNoGpu() {
    assertThat(Sessions.onCpu().getDeviceCountOrThrow("GPU")).isZero();
    try (Graph graph = new Graph();
        Session session = Sessions.open(graph)) {
      var answer = Ops.create(graph).constant(42);
      try (TInt32 result = (TInt32) session.runner().fetch(answer).run().get(0)) {
        assertThat(result.getInt()).isEqualTo(42);
      }
    }
  }

  @Test
  void theOthersTakeMemoryAsTheyNeedIt() {
    ConfigProto some = Sessions.onGpus(List.of("1", "3"));
    assertThat(some.getGpuOptions().getAllowGrowth()).isTrue();
    assertThat(some.getGpuOptions().getVisibleDeviceList()).isEqualTo("1,3");
    ConfigProto all = Sessions.onGpus(List.of());
    assertThat(all.getGpuOptions().getAllowGrowth()).isTrue();
    assertThat(all.getGpuOptions().getVisibleDeviceList()).isEmpty();
    assertThat(all.getDeviceCountMap()).isEmpty();
  }
}
