package org.wideresnet.train.report.html;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * A report as a test reads it: as XML, so it must be well-formed.
 *
 * @param html its text
 * @param document its elements
 */
record Page(String html, Document document) {

  /** Reports runs. */
  static Page of(Path... runs) throws IOException {
    String html = HtmlReport.of(List.of(runs)).html();
    try {
      return new Page(
          html,
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(html))));
    } catch (ParserConfigurationException | SAXException e) {
      throw new AssertionError("The page is not well-formed: " + e.getMessage(), e);
    }
  }

  /** Returns the text of each node that an XPath finds, its white space normalised. */
  List<String> texts(String xpath) {
    try {
      NodeList nodes =
          (NodeList)
              XPathFactory.newInstance()
                  .newXPath()
                  .evaluate(xpath, document, XPathConstants.NODESET);
      return IntStream.range(0, nodes.getLength())
          .mapToObj(i -> nodes.item(i).getTextContent().strip().replaceAll("\\s+", " "))
          .toList();
    } catch (XPathExpressionException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the cells of the row of a section's tables that has a heading. */
  List<String> row(String section, String heading) {
    return texts("//section[h2='%s']//tr[normalize-space(th)='%s']/td".formatted(section, heading));
  }
}
