package dev.iammapper.bench;

import dev.iammapper.mapping.Adoption;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.ParsedArn;
import dev.iammapper.mapping.PrincipalArn;
import dev.iammapper.render.AwsAuthData;
import dev.iammapper.render.AwsAuthRenderer;
import dev.iammapper.render.Ledger;
import dev.iammapper.render.RemovalBrake;
import dev.iammapper.render.RenderInput;
import dev.iammapper.render.RenderPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Inputs of the renderer: some mappings, and 500 rows of others as EKS, eksctl and people write them. */
public enum RenderCase {
    /** No row of ours is there yet. */
    ADD_ALL("adding all") {
        @Override
        RenderInput input(int mappings) {
            List<IdentityMapping> wanted = IntStream.range(0, mappings).mapToObj(RenderCase::mapping).toList();
            return RenderCase.input(new AwsAuthData(foreignRows(), null, null), Ledger.EMPTY, wanted);
        }
    },

    /** All rows are there and confirmed. */
    NOTHING("with nothing to do") {
        @Override
        RenderInput input(int mappings) {
            RenderInput cold = ADD_ALL.input(mappings);
            RenderPlan plan = AwsAuthRenderer.render(cold);
            return RenderCase.input(plan.next(), plan.confirmed(), cold.wanted());
        }
    },

    /** All rows are there and confirmed, and the mapping in the middle wants another username. */
    CHANGE_ONE("with one change") {
        @Override
        RenderInput input(int mappings) {
            RenderInput steady = NOTHING.input(mappings);
            List<IdentityMapping> wanted = new ArrayList<>(steady.wanted());
            IdentityMapping old = wanted.get(mappings / 2);
            wanted.set(mappings / 2, new IdentityMapping(old.name(), old.uid(), old.createdAt(), old.principal(),
                    new Grant("renamed", old.grant().groups()), null, null, Adoption.NONE));
            return RenderCase.input(steady.current(), steady.ledger(), wanted);
        }
    };

    private static final int FOREIGN_ROWS = 500;
    private static final String AWS_AUTH_UID = "0f5d2c3e-7a51-4a4a-9c57-6f1f3c9d1b11";
    private static final String DEFINITION_UID = "5c0fdc4e-3b7b-4a67-8c43-2b1b8f6f8a10";

    private final String words;

    RenderCase(String words) {
        this.words = words;
    }

    /** The case in words that follow "render". */
    String words() {
        return words;
    }

    abstract RenderInput input(int mappings);

    private static RenderInput input(AwsAuthData current, Ledger ledger, List<IdentityMapping> wanted) {
        Set<String> uids = wanted.stream().map(IdentityMapping::uid).collect(Collectors.toSet());
        return new RenderInput(current, AWS_AUTH_UID, ledger, wanted,
                new RenderInput.Objects(DEFINITION_UID, uids, Set.of(), Set.of(), Set.of(), Set.of(), uids), Set.of(),
                Set.of(),
                Set.of(), Set.of(),
                new RemovalBrake(5, 20, Duration.ofMinutes(10), Instant.EPOCH.plusSeconds(100_000)), 0);
    }

    private static IdentityMapping mapping(int number) {
        String name = "team-%05d".formatted(number);
        return new IdentityMapping(name, "00000000-0000-4000-8000-%012d".formatted(number),
                Instant.EPOCH.plusSeconds(number), role("arn:aws:iam::111122223333:role/" + name + "-developers"),
                new Grant(name + ":{{SessionName}}", List.of("developers", name + "-viewers")), null, null,
                Adoption.NONE);
    }

    private static PrincipalArn role(String arn) {
        return switch (PrincipalArn.parse(arn)) {
            case ParsedArn.Valid(PrincipalArn role) -> role;
            case ParsedArn.Invalid invalid -> throw new IllegalArgumentException(invalid.toString());
        };
    }

    private static String foreignRows() {
        StringBuilder rows = new StringBuilder("# Nodes: without these rows the cluster stands still.\n");
        for (int i = 0; i < FOREIGN_ROWS; i++) {
            rows.append(look(i).formatted(i));
        }
        return rows.toString();
    }

    private static String look(int number) {
        return switch (number % 5) {
            case 0 -> """
                    - groups:
                      - system:bootstrappers
                      - system:nodes
                      rolearn: arn:aws:iam::111122223333:role/eksctl-demo-nodegroup-%d-NodeInstanceRole
                      username: system:node:{{EC2PrivateDNSName}}
                    """;
            case 1 -> """
                    - rolearn: arn:aws:iam::444455556666:role/by-hand-%d
                      username: by-hand
                      groups: [notebooks, viewers]   # a person wrote this
                    """;
            case 2 -> """
                    - rolearn: "arn:aws:iam::444455556666:role/terraform-%d"
                      username: "terraform:{{SessionName}}"
                      groups:
                        - "system:masters"
                    """;
            case 3 -> """
                    # of the platform team
                    - {rolearn: 'arn:aws:iam::444455556666:role/flow-%d', username: 'flow', groups: ['a', 'b']}
                    """;
            default -> """
                    - username: admin
                      rolearn: arn:aws:iam::777788889999:role/Admin-%d
                      groups:
                      - system:masters
                    """;
        };
    }
}
