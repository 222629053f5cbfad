package dev.iammapper.store;

import java.io.IOException;

/** No credential could be had for a request; the message says from where it was to come and what to do. */
final class CredentialException extends IOException {
    private static final long serialVersionUID = 1L;

    CredentialException(String message) {
        super(message);
    }
}
