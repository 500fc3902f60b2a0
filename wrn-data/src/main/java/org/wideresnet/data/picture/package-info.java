/** Pictures of the user as a data set, and a data set as a picture. */
package org.wideresnet.data.picture;
