/** Whether a grant is wise: the rules, the platform team's policy, and the facts about a cluster that they ask for. */
@NullMarked
package dev.iammapper.policy;

import org.jspecify.annotations.NullMarked;
