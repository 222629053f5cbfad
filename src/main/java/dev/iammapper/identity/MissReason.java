package dev.iammapper.identity;

/** Why something that looks as if it let somebody in does not; the words are part of the API. */
public enum MissReason {
    /** The section that names the principal cannot be read, so that nobody in it gets in. */
    SECTION_MALFORMED,
    /** There is a mapping, but it is not honoured. */
    OBJECT_NOT_READY,
    /** There is a mapping, and no controller has looked at it. */
    OBJECT_NOT_SEEN,
    /** There is a mapping whose time has not come. */
    OBJECT_NOT_YET_ACTIVE,
    /** There is a mapping whose time is over. */
    OBJECT_EXPIRED,
    /** There is a mapping that was honoured, and its row is gone. */
    OBJECT_ROW_GONE,
    /** The rows stand under a key of the ConfigMap that nobody reads. */
    DATA_KEY,
    /** The row names the principal in a field that is not read in its section. */
    FIELD_NAME,
    /** The row's ARN has blanks or invisible characters around it. */
    STRAY_CHARACTERS,
    /** The row's role ARN has a path, which STS leaves out. */
    ROLE_PATH,
    /** The row's user ARN has another path, which STS does not leave out. */
    USER_PATH,
    /** The row has the ARN of a session. */
    SESSION_ARN,
    /** The row has a wildcard, which is compared as a letter. */
    WILDCARD,
    /** The row is for an older or newer role of the same permission set. */
    PERMISSION_SET_SUFFIX,
    /** The row names a permission set by a field that EKS has not enabled. */
    PERMISSION_SET_ROW,
    /** The same name in another account. */
    OTHER_ACCOUNT,
    /** The same name in another partition. */
    OTHER_PARTITION,
    /** The same name, but another kind of principal. */
    OTHER_KIND,
    /** The row is for the account's root, which stands for nobody else. */
    ACCOUNT_ROOT,
    /** A name that differs by a few letters. */
    SIMILAR_NAME
}
