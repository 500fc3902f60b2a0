package org.wideresnet.model.weights;

import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.wideresnet.model.Layer;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;

/** The names that PyTorch code gives the weights of the paper's network. */
enum TorchLayout {
  /**
   * The authors' functions over a dictionary of parameters, {@code pytorch/resnet.py} of <a
   * href="https://github.com/szagoruyko/wide-residual-networks">wide-residual-networks</a>.
   */
  FUNCTIONS("conv0", "group%d.block%d.", 0, "bn0 conv0 bn1 conv1 convdim", "bn", ""),
  /**
   * The {@code state_dict} of modules, {@code wideresnet.py} of <a
   * href="https://github.com/xternalz/WideResNet-pytorch">WideResNet-pytorch</a>.
   */
  MODULES("conv1", "block%d.layer.%d.", 1, "bn1 conv1 bn2 conv2 convShortcut", "bn1", ".weight");

  private static final List<String> NORM =
      List.of(".weight", ".bias", ".running_mean", ".running_var");
  private static final List<String> DENSE = List.of(".weight", ".bias");
  private static final int GROUPS = 3;

  private final String stem;
  private final String block;
  private final int firstGroup;
  private final List<String> inBlock; // in the order of the layers, the shortcut last
  private final String lastNorm;
  private final List<String> kernel;

  TorchLayout(
      String stem, String block, int firstGroup, String inBlock, String lastNorm, String kernel) {
    this.stem = stem;
    this.block = block;
    this.firstGroup = firstGroup;
    this.inBlock = List.of(inBlock.split(" "));
    this.lastNorm = lastNorm;
    this.kernel = List.of(kernel);
  }

  /** Returns the name of the first convolution's kernel, which tells the layouts apart. */
  String first() {
    return stem + kernel.get(0);
  }

  /** Returns the weights of a network by their names in this layout, in the network's order. */
  Map<String, Weight> names(WideResNet network) {
    PeekingIterator<Layer> layers =
        Iterators.peekingIterator(
            network.layers().stream().filter(layer -> !layer.weights().isEmpty()).iterator());
    Map<String, Weight> names = new LinkedHashMap<>();
    put(names, stem, layers.next());
    for (int group = 0; group < GROUPS; group++) {
      for (int i = 0; i < network.config().blocksPerGroup(); i++) {
        String prefix = block.formatted(firstGroup + group, i);
        inBlock.subList(0, 4).forEach(name -> put(names, prefix + name, layers.next()));
        if (layers.peek().type() == Layer.Type.CONVOLUTION) {
          put(names, prefix + inBlock.get(4), layers.next());
        }
      }
    }
    put(names, lastNorm, layers.next());
    put(names, "fc", layers.next());
    return names;
  }

  private void put(Map<String, Weight> names, String layerName, Layer layer) {
    List<String> suffixes =
        switch (layer.type()) {
          case CONVOLUTION -> kernel;
          case BATCH_NORMALIZATION -> NORM;
          default -> DENSE;
        };
    for (int i = 0; i < suffixes.size(); i++) {
      names.put(layerName + suffixes.get(i), layer.weights().get(i));
    }
  }
}
