package org.wideresnet.train.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One system of axes with curves over the epochs, from 1, and a legend below. */
final class CurvePanel {

  static final Color TEXT = new Color(0x333333);

  private static final Color GRID = new Color(0xE6E6E6);
  private static final Color[] COLORS = {new Color(0x2A78B5), new Color(0xD55E00)};
  private static final Font LEGEND = new Font(Font.SANS_SERIF, Font.PLAIN, 15);
  private static final int LEGEND_HEIGHT = 40;
  private static final int LEGEND_LINE = 26;
  private static final int LEGEND_GAP = 28;

  /** Every epoch has a tick, and every point a mark, where there is room. */
  private static final int MOST_TICKS = 10;

  private static final int MOST_MARKS = 30;

  private final XYChart chart = new XYChart(600, 400);
  private final double[] epochs;
  private final List<Curve> curves = new ArrayList<>();
  private boolean hasValues;

  private record Curve(String label, Color color, BasicStroke stroke) {}

  CurvePanel(String quantity, int[] epochs) {
    this.epochs = Arrays.stream(epochs).asDoubleStream().toArray();
    chart.setXAxisTitle("epoch");
    chart.setYAxisTitle(quantity);
    XYStyler style = chart.getStyler();
    style.setLocale(Locale.ROOT);
    style.setChartTitleVisible(false);
    style.setLegendVisible(false);
    style.setChartBackgroundColor(Color.WHITE);
    style.setChartFontColor(TEXT);
    style.setChartPadding(12);
    style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
    style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    style.setAxisTickLabelsColor(TEXT);
    style.setAxisTickMarksColor(TEXT);
    style.setPlotGridLinesColor(GRID);
    style.setPlotGridLinesStroke(new BasicStroke(1));
    style.setPlotBorderVisible(false);
    style.setMarkerSize(7);
    style.setXAxisDecimalPattern("0");
    if (epochs.length <= MOST_TICKS) {
      style.setXAxisMaxLabelCount(epochs.length);
    } else {
      style.setXAxisMin(0.0);
      // Where all values are evenly spaced, XChart takes its ticks from them, and not round
      // numbers.
      double[] nowhere = {Double.NaN, Double.NaN, Double.NaN};
      chart.addSeries("no curve", new double[] {0, 0.5, epochs.length}, nowhere);
    }
  }

  /**
   * Adds a curve; one without any value is in the legend only.
   *
   * @param format how the last value, which stands in the legend, is written
   */
  CurvePanel add(String name, double[] values, String format) {
    Color color = COLORS[curves.size()];
    BasicStroke stroke = new BasicStroke(curves.isEmpty() ? 1.6f : 2.6f);
    double last = values[values.length - 1];
    curves.add(new Curve(name + ": " + String.format(Locale.ROOT, format, last), color, stroke));
    double[] finite =
        Arrays.stream(values).map(value -> Double.isFinite(value) ? value : Double.NaN).toArray();
    if (!Arrays.stream(finite).allMatch(Double::isNaN)) {
      hasValues = true;
      XYSeries series = chart.addSeries(name, epochs, finite);
      series.setMarker(epochs.length <= MOST_MARKS ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
      series.setMarkerColor(color);
      series.setLineColor(color);
      series.setLineStyle(stroke);
    }
    return this;
  }

  void paint(Graphics2D graphics, int width, int height) {
    if (hasValues) {
      chart.paint(graphics, width, height - LEGEND_HEIGHT);
    }
    paintLegend(graphics, width, height - LEGEND_HEIGHT / 2);
  }

  private void paintLegend(Graphics2D graphics, int width, int middle) {
    graphics.setFont(LEGEND);
    FontMetrics metrics = graphics.getFontMetrics();
    int length = curves.stream().mapToInt(curve -> entryWidth(curve, metrics)).sum() - LEGEND_GAP;
    int x = (width - length) / 2;
    for (Curve curve : curves) {
      graphics.setColor(curve.color());
      graphics.setStroke(curve.stroke());
      graphics.drawLine(x, middle, x + LEGEND_LINE, middle);
      graphics.setColor(TEXT);
      graphics.drawString(curve.label(), x + LEGEND_LINE + 8, middle + metrics.getAscent() / 2 - 1);
      x += entryWidth(curve, metrics);
    }
  }

  private static int entryWidth(Curve curve, FontMetrics metrics) {
    return LEGEND_LINE + 8 + metrics.stringWidth(curve.label()) + LEGEND_GAP;
  }
}
