package org.wideresnet.train.report.html;

import com.fasterxml.jackson.databind.JsonNode;
import org.wideresnet.train.report.NumberFormats;

/**
 * How far a value is from the one that the original computes.
 *
 * @param json an entry of {@code parity.json}, with {@code check}, {@code largest_deviation} and
 *     {@code tolerance}
 */
record ParityCheck(JsonNode json) {

  String check() {
    return json.path("check").asText(NumberFormats.NOTHING);
  }

  String deviation() {
    return NumberFormats.tiny(number("largest_deviation"));
  }

  String tolerance() {
    return NumberFormats.tiny(number("tolerance"));
  }

  boolean passes() {
    return number("largest_deviation") <= number("tolerance");
  }

  private double number(String key) {
    return json.path(key).asDouble(Double.NaN);
  }
}
