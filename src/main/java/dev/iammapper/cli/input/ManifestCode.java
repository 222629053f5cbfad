package dev.iammapper.cli.input;

/** The codes of what only somebody who reads files finds, beside those of the rules; their words are part of the API. */
public enum ManifestCode {
    /** No YAML, no JSON, or not what kubectl reads as such. */
    MANIFEST_MALFORMED("ManifestMalformed", "A document that kubectl cannot read."),
    /** An API version that no cluster serves. */
    VERSION_UNKNOWN("VersionUnknown", "An apiVersion in which the kind is not served."),
    /** A kind that the API group does not have. */
    KIND_UNKNOWN("KindUnknown", "A kind that the API group does not have."),
    /** A field that the schema does not have. */
    FIELD_UNKNOWN("FieldUnknown", "A field that does not exist: refused by kubectl, lost silently by other tools."),
    /** A value of another type than the schema's. */
    FIELD_TYPE("FieldType", "A value that YAML takes for something else than the schema wants."),
    /** A field that is there twice. */
    FIELD_DUPLICATE("FieldDuplicate", "A field that is written twice, of which tools keep different ones."),
    /** A name that no object can have. */
    NAME_MALFORMED("NameMalformed", "A name that the API server does not take."),
    /** Two objects with one name. */
    NAME_DUPLICATE("NameDuplicate", "Two objects with one name, of which the last one applied stays."),
    /** A row of somebody else says something else. */
    FOREIGN_ENTRY("ForeignEntry", "A row of aws-auth maps the principal to another grant."),
    /** A row says the same already. */
    ALREADY_PRESENT("AlreadyPresent", "A row of aws-auth gives the same grant already."),
    /** A section of aws-auth that EKS reads as empty. */
    AWS_AUTH_MALFORMED("AwsAuthMalformed", "A section of aws-auth from which EKS reads nothing.");

    private final String word;
    private final String description;

    ManifestCode(String word, String description) {
        this.word = word;
        this.description = description;
    }

    /** The stable CamelCase word. */
    public String word() {
        return word;
    }

    /** What it is about, a sentence. */
    public String description() {
        return description;
    }
}
