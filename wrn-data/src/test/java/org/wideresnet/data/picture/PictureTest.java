package org.wideresnet.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wideresnet.data.files.RecordLayout;

class PictureTest {

  @TempDir Path dir;

  private byte[] record(BufferedImage image) throws IOException {
    Path file = dir.resolve("picture.png");
    ImageIO.write(image, "png", file.toFile());
    byte[] record = new byte[RecordLayout.CIFAR10.recordBytes()];
    Picture.read(file).writeTo(record);
    return record;
  }

  private static int pixel(byte[] record, int channel, int row, int column) {
    return Byte.toUnsignedInt(record[1 + channel * 1024 + row * 32 + column]);
  }

  @Test
  void keepsAPictureOfTheRightSize() throws IOException {
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    image.setRGB(5, 7, 0x0A141E);
    byte[] record = record(image);
    assertThat(pixel(record, 0, 7, 5)).isEqualTo(10);
    assertThat(pixel(record, 1, 7, 5)).isEqualTo(20);
    assertThat(pixel(record, 2, 7, 5)).isEqualTo(30);
    assertThat(pixel(record, 0, 5, 7)).isZero();
  }

  @Test
  void averagesOverTheAreaOfAPixel() throws IOException {
    // 48 across: a target pixel is one and a half wide and high.
    BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0xE10000); // 225, wholly in the first pixel
    image.setRGB(4, 3, 0x00E100); // half in column 2, half in column 3, wholly in row 2
    byte[] record = record(image);
    assertThat(pixel(record, 0, 0, 0)).isEqualTo(100); // 225 / 2.25
    assertThat(pixel(record, 1, 2, 2)).isEqualTo(50);
    assertThat(pixel(record, 1, 2, 3)).isEqualTo(50);
    assertThat(pixel(record, 1, 3, 2)).isZero();
  }

  @Test
  void takesTheCentralSquare() throws IOException {
    BufferedImage image = new BufferedImage(96, 32, BufferedImage.TYPE_INT_RGB);
    image.setRGB(31, 0, 0xFFFFFF); // just left of the square
    image.setRGB(32, 0, 0x0000FF);
    byte[] record = record(image);
    assertThat(pixel(record, 0, 0, 0)).isZero();
    assertThat(pixel(record, 2, 0, 0)).isEqualTo(255);
  }

  /** The same picture is sent through the serving graph, which must show the same pixels. */
  @Test
  void makesThesePixelsOfAWidePicture() throws IOException {
    BufferedImage image = new BufferedImage(640, 200, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 640; x++) {
      for (int y = 0; y < 200; y++) {
        boolean inside = x >= 220 && x < 420;
        image.setRGB(x, y, inside ? x - 220 << 8 | y : 0xFF0000);
      }
    }
    byte[] record = record(image);
    int[] at = {0, 1, 16, 31};
    int[] averages = {3, 9, 103, 196}; // of 6.25 pixels, such as (0 + 1 + ... + 5 + 6 / 4) / 6.25
    for (int i = 0; i < at.length; i++) {
      for (int other = 0; other < 32; other++) {
        assertThat(pixel(record, 0, other, at[i])).isZero();
        assertThat(pixel(record, 1, other, at[i])).isEqualTo(averages[i]);
        assertThat(pixel(record, 2, at[i], other)).isEqualTo(averages[i]);
      }
    }
  }

  @Test
  void anOddMarginIsLargerOnTheRight() throws IOException {
    BufferedImage image = new BufferedImage(35, 32, BufferedImage.TYPE_INT_RGB);
    image.setRGB(1, 0, 0xFFFFFF);
    image.setRGB(33, 0, 0xFFFFFF);
    byte[] record = record(image);
    assertThat(pixel(record, 0, 0, 0)).isEqualTo(255);
    assertThat(pixel(record, 0, 0, 31)).isZero();
  }

  @Test
  void enlargesSmallPictures() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x406080);
    byte[] record = record(image);
    assertThat(pixel(record, 0, 31, 31)).isEqualTo(0x40);
    assertThat(pixel(record, 2, 0, 16)).isEqualTo(0x80);
  }

  @Test
  void keepsGreyAsItIsStored() throws IOException {
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(3, 2, 0, 128);
    BufferedImage deep = new BufferedImage(32, 32, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(3, 2, 0, 128 * 256 + 77);
    for (BufferedImage grey : new BufferedImage[] {image, deep}) {
      byte[] record = record(grey);
      for (int channel = 0; channel < 3; channel++) {
        assertThat(pixel(record, channel, 2, 3)).isEqualTo(128);
      }
    }
  }

  private static final String PNG = "89504E470D0A1A0A";
  private static final String PNG_HEADER = "0000000D 49484452 0000002000000020 0802000000 FC18EDA3";
  private static final String SMALL_FRAME = "FFC0000B080001000101011100";
  private static final String HUGE_FRAME = "FFC0000B0861A84E2001011100";

  /** Whatever a file says before, between or instead of its header, nothing large is decoded. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        PNG + "00000010 74455874 0000000100000001 0802000000000000 00000000" + PNG_HEADER,
        PNG + PNG_HEADER + "7FFFFFFC 504C5445 00000000", // a palette of 2 GiB
        PNG + PNG_HEADER + "7FFFFFFC 74524E53 00000000",
        PNG + PNG_HEADER + "7FFFFFFC 69434350 00000000",
        PNG + PNG_HEADER + "FFFFFFFF 49444154 00000000",
        "FFD8 FF01 000F" + HUGE_FRAME + SMALL_FRAME,
        "FFD8 FFE0 0002" + HUGE_FRAME + SMALL_FRAME,
        "FFD8" + SMALL_FRAME + HUGE_FRAME,
        "474946383961 0100 0100 800000 000000FFFFFF 2C 00000000 01000100 00 02 02 4401 00"
            + " 3B", // GIF
        "424D 3A000000 00000000 36000000 28000000 01000000 01000000 0100 1800 00000000 04000000"
            + "00000000 00000000 00000000 00000000 00000000", // BMP
      })
  void refusesWhatDoesNotBeginAsTheStandardSays(String hex) throws IOException {
    Path file = dir.resolve("picture.png");
    Files.write(file, HexFormat.of().parseHex(hex.replace(" ", "")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Picture.read(file))
        .withMessageStartingWith(file.toString())
        .withMessageMatching(
            ".* (is a damaged picture, or one of an unusual kind"
                + "|is not a PNG or JPEG picture|has 500 megapixels, and 100 are the most)[.]");
  }

  @Test
  void refusesAHugePictureByItsHeader() throws IOException {
    Path file = dir.resolve("huge.png");
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(header);
    out.writeBytes("IHDR");
    out.writeInt(20_000);
    out.writeInt(20_000);
    out.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(header.toByteArray());
    try (DataOutputStream png = new DataOutputStream(Files.newOutputStream(file))) {
      png.writeLong(0x89504E470D0A1A0AL);
      png.writeInt(13);
      png.write(header.toByteArray());
      png.writeInt((int) crc.getValue());
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Picture.read(file))
        .withMessage(file + " has 400 megapixels, and 100 are the most.");
  }
}
