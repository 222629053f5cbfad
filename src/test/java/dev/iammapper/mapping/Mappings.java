package dev.iammapper.mapping;

import java.time.Instant;
import java.util.List;

/** Mappings for tests. */
final class Mappings {
    private Mappings() {}

    static IdentityMapping mapping(String name, Instant createdAt, String arn, String username, String... groups) {
        return new IdentityMapping(name, "uid-of-" + name, createdAt, principal(arn),
                new Grant(username, List.of(groups)), null, null, Adoption.NONE);
    }

    static IdentityMapping adopting(IdentityMapping mapping, Adoption adoption) {
        return new IdentityMapping(mapping.name(), mapping.uid(), mapping.createdAt(), mapping.principal(),
                mapping.grant(), mapping.notBefore(), mapping.expiresAt(), adoption);
    }

    /** Null bounds are open. */
    static IdentityMapping within(Instant notBefore, Instant expiresAt) {
        return new IdentityMapping("m", "u", Instant.EPOCH, principal("arn:aws:iam::111122223333:role/r"),
                new Grant("u", List.of()), notBefore, expiresAt, Adoption.NONE);
    }

    static PrincipalArn principal(String arn) {
        return switch (PrincipalArn.parse(arn)) {
            case ParsedArn.Valid(PrincipalArn principal) -> principal;
            case ParsedArn.Invalid(List<ArnProblem> problems) -> throw new AssertionError(arn + " " + problems);
        };
    }
}
