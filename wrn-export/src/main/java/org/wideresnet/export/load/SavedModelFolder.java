package org.wideresnet.export.load;

import com.google.common.hash.Hashing;
import com.google.common.hash.HashingOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.wideresnet.export.graph.ServingGraph;

/** The files of one exported version. */
public final class SavedModelFolder {
  public static final String SAVED_MODEL = "saved_model.pb";
  public static final String DESCRIPTION = "export.json";
  public static final String TAG = "serve";
  private static final String VARIABLES = "variables";
  private static final String ASSETS = "assets";

  private final Path folder;

  public SavedModelFolder(Path folder) {
    this.folder = folder;
  }

  /** Returns the file with one label a line. */
  public Path labels() {
    return folder.resolve(ASSETS).resolve(ServingGraph.LABELS_FILE);
  }

  /** Returns what the files of the variables begin with. */
  public Path variables() {
    return folder.resolve(VARIABLES).resolve(VARIABLES);
  }

  /** Returns the file with the graph. */
  public Path graph() {
    return folder.resolve(SAVED_MODEL);
  }

  /** Returns the file that says what an export was made from; models of others have none. */
  public Path description() {
    return folder.resolve(DESCRIPTION);
  }

  /** Returns SHA-256 over the graph and the variables, in hexadecimal. */
  public String fingerprint() throws IOException {
    try (HashingOutputStream hash =
        new HashingOutputStream(Hashing.sha256(), OutputStream.nullOutputStream())) {
      Files.copy(folder.resolve(SAVED_MODEL), hash);
      for (Path file : files(folder.resolve(VARIABLES))) {
        Files.copy(file, hash);
      }
      return hash.hash().toString();
    }
  }

  /** Returns the size of graph and variables. */
  public long bytes() throws IOException {
    long bytes = 0;
    for (Path file : files(folder.resolve(VARIABLES))) {
      bytes += Files.size(file);
    }
    Path graph = folder.resolve(SAVED_MODEL);
    return Files.exists(graph) ? bytes + Files.size(graph) : bytes;
  }

  /** Returns the names of all files, their sizes and when they were last written. */
  public String stamp() throws IOException {
    StringBuilder stamp = new StringBuilder();
    for (Path file : files(folder)) {
      stamp.append(file).append(' ').append(Files.size(file)).append(' ');
      stamp.append(Files.getLastModifiedTime(file)).append('\n');
    }
    return stamp.toString();
  }

  /** Forces all files to the disk and returns their size in bytes. */
  public long sync() throws IOException {
    long bytes = 0;
    try (Stream<Path> entries = Files.walk(folder)) {
      for (Path entry : entries.filter(Files::isDirectory).toList()) {
        force(entry, StandardOpenOption.READ);
      }
    }
    for (Path file : files(folder)) {
      force(file, StandardOpenOption.WRITE);
      bytes += Files.size(file);
    }
    return bytes;
  }

  /** Forces a file or folder to the disk. */
  public static void force(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.walk(folder)) {
      return entries.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
