package dev.iammapper.mapping;

/** How far an object may take over a row that somebody else wrote. */
public enum Adoption {
    /** Not at all. */
    NONE,
    /** Any row but one that looks like a node's. */
    ROWS,
    /** Also a row that looks like a node's. */
    NODE_ROWS
}
