/** The graph that serves a network. */
package org.wideresnet.export.graph;
