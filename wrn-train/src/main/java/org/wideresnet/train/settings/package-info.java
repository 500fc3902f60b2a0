/** What a user can say of a training: recipes, options, and how they become one tree. */
package org.wideresnet.train.settings;
