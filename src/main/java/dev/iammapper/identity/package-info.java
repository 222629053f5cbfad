/** Explains how EKS sees a principal: who it becomes, by which row, what RBAC makes of it, and what to do. */
@NullMarked
package dev.iammapper.identity;

import org.jspecify.annotations.NullMarked;
