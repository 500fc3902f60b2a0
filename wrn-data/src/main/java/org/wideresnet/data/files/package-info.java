/** CIFAR files: found, downloaded, read and checked. */
package org.wideresnet.data.files;
