/** The weights of a network while a graph runs: its variables, and their values by name. */
package org.wideresnet.model.variables;
