package org.wideresnet.train;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Addresses on this machine that nobody uses at the moment. */
final class FreePorts {
  private FreePorts() {}

  static List<String> addresses(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      List<String> addresses = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0));
        addresses.add("localhost:" + sockets.get(i).getLocalPort());
      }
      return addresses;
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
