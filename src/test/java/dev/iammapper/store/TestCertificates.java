package dev.iammapper.store;

/** Certificates for tests that only need something to read. */
final class TestCertificates {
    static final String ANY = """
            -----BEGIN CERTIFICATE-----
            MIIBczCCARmgAwIBAgIUZiu/LRX099cxxnAB6R8pxWKoTNIwCgYIKoZIzj0EAwIw
            DjEMMAoGA1UEAwwDYW55MCAXDTI2MTEyMjA5NDQ1NFoYDzIxMjYxMDI5MDk0NDU0
            WjAOMQwwCgYDVQQDDANhbnkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATWqTDi
            R/ufAaXa3D4y4dEE1swwQ2uh7g2hLRSm/Corw2D5MhBr8HPSS41MzrUkGC3XCkpU
            ywk/4DFdWparJyZko1MwUTAdBgNVHQ4EFgQUcnUTUTSfLnqc8K5VsqG+ajJ4QVcw
            HwYDVR0jBBgwFoAUcnUTUTSfLnqc8K5VsqG+ajJ4QVcwDwYDVR0TAQH/BAUwAwEB
            /zAKBggqhkjOPQQDAgNIADBFAiEA36G0I76qtJEOag4eyDEvLy5GBXvpL9TYVolZ
            7c14vdsCIFncGXRdawxVX9SU/N+lKrq+sYZ+Q+QoK4wkcVgi4ZrL
            -----END CERTIFICATE-----
            """;

    private TestCertificates() {}
}
