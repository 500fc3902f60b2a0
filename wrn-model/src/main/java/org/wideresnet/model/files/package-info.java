/** Files and folders that appear under their names only when all of them is on disk. */
package org.wideresnet.model.files;
