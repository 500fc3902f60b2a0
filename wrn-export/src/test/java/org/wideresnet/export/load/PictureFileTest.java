package org.wideresnet.export.load;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that would be measured otherwise than a decoder does. */
class PictureFileTest {
  /** A frame of 1 by 1 pixel, as it would be found by whoever takes bytes for a segment. */
  private static final String SMALL_FRAME = "FFC0000B080001000101011100";

  /** A frame of 25,000 by 20,000 pixels. */
  private static final String HUGE_FRAME = "FFC0000B0861A84E2001011100";

  private static void requireHex(String hex) {
    PictureFile.require(HexFormat.of().parseHex(hex.replace(" ", "")), "It");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FFD8 FF01", // TEM has no length
        "FFD8 FFD0 ", // nor have RST0
        "FFD8 FFD7", // to RST7
        "FFD8 FFD8", // the start of a picture
        "FFD8 FFD9", // and its end
        "FFD8 FF00", // no marker at all
        "FFD8 FF02", // reserved
        "FFD8 FFF7", // reserved
        "FFD8 FFC8", // reserved
        "FFD8 FFDA", // a scan before the frame
        "FFD8 FFDA 0008 0100 003F 00", // the same, with its length
        "FFD8 FFE0 0000", // lengths include themselves
        "FFD8 FFE0 0001",
        "FFD8 00", // bytes between the segments, which decoders skip
        "FFD8 FFE0 0004 0000 00",
        "FFD8 FFFF FF01", // fill bytes are no marker either
      })
  void refusesAJpegWhoseSegmentsAreNotInOrder(String start) {
    // Whoever takes 000F for a length leaps over the frame that libjpeg decodes.
    for (String frames :
        new String[] {SMALL_FRAME + HUGE_FRAME, "000F" + HUGE_FRAME + SMALL_FRAME}) {
      assertThatIllegalArgumentException()
          .as(frames)
          .isThrownBy(() -> requireHex(start + frames + "00".repeat(40)))
          .withMessage("It is a damaged JPEG file.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "FFE0 0002", "FFFE 0004 FFC0", "FFFFFF", "FFDB 0002 FFFF", "FFDC 0004 0001"})
  void measuresTheFirstFrame(String between) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> requireHex("FFD8" + between + HUGE_FRAME + SMALL_FRAME))
        .withMessage("It has 500,000,000 pixels; at most 100,000,000 are accepted.");
    assertThatCode(() -> requireHex("FFD8" + between + SMALL_FRAME)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"C1", "C2", "C9", "CA"})
  void measuresEveryKindOfFrameThatIsDecoded(String marker) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> requireHex("FFD8" + HUGE_FRAME.replace("FFC0", "FF" + marker)))
        .withMessageContaining("500,000,000 pixels");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FFC0000A080001000101011100", // a length that does not fit the number of components
        "FFC0000B080000000101011100", // a height that comes later
        "FFC0000B080001000001011100", // no width
        "FFC00008080001000100", // no components
        "FFC3000B080001000101011100", // lossless
        "FFC5000B080001000101011100", // hierarchical
        "FFC0000B0800010001", // cut off
      })
  void refusesFramesThatNoDecoderTakes(String frame) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> requireHex("FFD8" + frame))
        .withMessage("It is a damaged JPEG file.");
  }

  @Test
  void refusesAPngThatDoesNotBeginWithItsHeader() throws IOException {
    byte[] png = file("png", false);
    String hex = HexFormat.of().formatHex(png);
    String signature = hex.substring(0, 16);
    String header = hex.substring(16, 66);
    String fake = "00000010 74455874 0000000100000001 0802000000000000 00000000".replace(" ", "");
    assertDamagedPng(signature + fake + header);
    assertDamagedPng(signature + header.replaceFirst("0000000d", "0000000e"));
    assertDamagedPng(signature + header.replaceFirst("0000000d", "00000000"));
    assertDamagedPng(signature + header.replaceFirst("49484452", "43674249")); // CgBI
    for (int at : new int[] {16, 20}) {
      byte[] wrong = png.clone();
      ByteBuffer.wrap(wrong).putInt(at, 0);
      assertDamagedPng(HexFormat.of().formatHex(wrong));
      ByteBuffer.wrap(wrong).putInt(at, -1);
      assertDamagedPng(HexFormat.of().formatHex(wrong));
    }
  }

  private static void assertDamagedPng(String hex) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> requireHex(hex))
        .withMessage("It is a damaged PNG file.");
  }

  @ParameterizedTest
  @CsvSource({"png, false", "png, true", "jpg, false", "jpg, true"})
  void acceptsPlainAndProgressivePictures(String format, boolean progressive) throws IOException {
    byte[] file = file(format, progressive);
    assertThatCode(() -> PictureFile.require(file, "It")).doesNotThrowAnyException();
  }

  private static byte[] file(String format, boolean progressive) throws IOException {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName(format);
    ImageWriter writer = writers.next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setProgressiveMode(
        progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.setOutput(ImageIO.createImageOutputStream(bytes));
    writer.write(
        null,
        new IIOImage(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), null, null),
        param);
    ((ImageOutputStream) writer.getOutput()).close();
    writer.dispose();
    return bytes.toByteArray();
  }
}
