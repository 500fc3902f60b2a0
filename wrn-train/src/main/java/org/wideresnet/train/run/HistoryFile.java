package org.wideresnet.train.run;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.wideresnet.model.files.AtomicFile;

/**
 * Reads and writes a {@code history.csv}. The components of {@link History.Row} are its columns;
 * they are read by name.
 */
final class HistoryFile {

  private static final CsvMapper CSV =
      CsvMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(CsvParser.Feature.FAIL_ON_MISSING_COLUMNS)
          .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
          .addModule(
              new SimpleModule()
                  .addDeserializer(int.class, new WholeNumber())
                  .addDeserializer(double.class, new NumberOrNan())
                  .addSerializer(double.class, new NumberOrNothing()))
          .build();

  private HistoryFile() {}

  /**
   * Returns the rows; a column that is missing, or a field without a value, is NaN.
   *
   * @throws IllegalArgumentException if the file is not a history; the message names the line
   * @throws IOException if it cannot be read
   */
  static List<History.Row> read(Path file) throws IOException {
    try (Reader text = Files.newBufferedReader(file);
        MappingIterator<History.Row> rows =
            CSV.readerFor(History.Row.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(text)) {
      if (((CsvSchema) rows.getParserSchema()).column("epoch") == null) {
        throw wrong(file, 1, "the column 'epoch' is missing", null);
      }
      return rows.readAll();
    } catch (CharacterCodingException e) {
      throw wrong(file, 1, "this is not text", e);
    } catch (JsonProcessingException e) {
      // The location of a file without a header is not known.
      throw wrong(file, Math.max(1, e.getLocation().getLineNr()), e.getOriginalMessage(), e);
    }
  }

  /**
   * Writes a history, replacing an older one in one step.
   *
   * @throws IOException if the file cannot be written
   */
  static void write(Path file, List<History.Row> rows) throws IOException {
    AtomicFile.write(
        file, CSV.writer(CSV.schemaFor(History.Row.class).withHeader()).writeValueAsString(rows));
  }

  private static IllegalArgumentException wrong(Path file, int line, String what, Exception cause) {
    return new IllegalArgumentException("In " + file + ", line " + line + ": " + what + ".", cause);
  }

  private static JsonMappingException wrong(JsonParser parser, String kind) throws IOException {
    String what = "%s is '%s', which is not %s";
    return JsonMappingException.from(
        parser, what.formatted(parser.currentName(), parser.getText(), kind));
  }

  /** Numbers as Java, Python and R write them. */
  private static final class NumberOrNan extends StdScalarDeserializer<Double> {
    private static final long serialVersionUID = 1;

    NumberOrNan() {
      super(double.class);
    }

    @Override
    public Double deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = parser.getText().strip();
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "", "na", "nan" -> Double.NaN;
        case "inf", "infinity" -> Double.POSITIVE_INFINITY;
        default -> {
          try {
            yield Double.valueOf(text);
          } catch (NumberFormatException e) {
            throw wrong(parser, "a number");
          }
        }
      };
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return Double.NaN;
    }
  }

  /** What was not measured is an empty field. */
  private static final class NumberOrNothing extends StdSerializer<Double> {
    private static final long serialVersionUID = 1;

    NumberOrNothing() {
      super(double.class, false);
    }

    @Override
    public void serialize(Double value, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      if (Double.isNaN(value)) {
        generator.writeNull();
      } else {
        generator.writeNumber(value);
      }
    }
  }

  /** The number of an epoch. */
  private static final class WholeNumber extends StdScalarDeserializer<Integer> {
    private static final long serialVersionUID = 1;

    WholeNumber() {
      super(int.class);
    }

    @Override
    public Integer deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      double number = context.readValue(parser, double.class);
      if (number < 0 || number != Math.rint(number)) {
        throw wrong(parser, "a whole number");
      }
      return (int) number;
    }
  }
}
