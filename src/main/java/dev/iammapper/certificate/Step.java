package dev.iammapper.certificate;

/** What is to be done with the Secret next; each but the first is one write. */
public sealed interface Step {

    /** Nothing. */
    record Keep() implements Step {}

    /** A new authority and a certificate of its: nothing that exists is worth keeping. */
    record BeginAnew(String why) implements Step {}

    /** The Secret holds what this replica shows, beside a new authority that is to issue next. */
    record BeginFromServed(ServingCertificate served, String why) implements Step {}

    /** A new certificate of the same authority. */
    record RenewLeaf(Keyring from, ServerNames names, String why) implements Step {}

    /** A new authority, to be known before it issues anything. */
    record PrepareAuthority(Keyring from, String why) implements Step {}

    /** A certificate of the next authority, which takes the place of the present one. */
    record SwitchAuthority(Keyring from, Authority to) implements Step {}
}
