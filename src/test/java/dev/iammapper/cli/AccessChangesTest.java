package dev.iammapper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.iammapper.cli.AccessChanges.AccessChange;
import dev.iammapper.cli.AccessChanges.Kind;
import dev.iammapper.render.AwsAuthData;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessChangesTest {
    private static final String ADMIN = "arn:aws:iam::111122223333:role/admin";
    private static final String NODE = "arn:aws:iam::111122223333:role/nodes";

    @Test
    void whoGainsLosesAndChangesIsNamed() {
        assertThat(AccessChanges.of(roles(row(ADMIN, "admin", "ops")), AwsAuthData.EMPTY))
                .containsExactly(new AccessChange(Kind.LOSES, ADMIN, "admin (ops)", null));
        assertThat(AccessChanges.of(AwsAuthData.EMPTY, roles(row(ADMIN, "admin", "ops"))))
                .containsExactly(new AccessChange(Kind.GAINS, ADMIN, null, "admin (ops)"));
        assertThat(AccessChanges.of(roles(row(ADMIN, "admin", "ops")), roles(row(ADMIN, "admin", "dev"))))
                .containsExactly(new AccessChange(Kind.CHANGES, ADMIN, "admin (ops)", "admin (dev)"));
    }

    @Test
    void otherWordsForTheSameAccessAreNoChange() {
        assertThat(AccessChanges.of(roles(row(ADMIN, "admin", "ops") + row(ADMIN, "admin", "ops")),
                roles("# one of them is enough\n" + row(ADMIN.replace("role/a", "role/A"), "admin", "ops")))).isEmpty();
    }

    @Test
    void theRowThatEksReadsDecides() {
        assertThat(AccessChanges.of(roles(row(ADMIN, "first", "ops")),
                roles(row(ADMIN, "first", "ops") + row(ADMIN, "last", "ops"))))
                .containsExactly(new AccessChange(Kind.CHANGES, ADMIN, "first (ops)", "last (ops)"));
    }

    @Test
    void aSectionThatCannotBeReadLetsNobodyIn() {
        assertThat(AccessChanges.of(roles(row(ADMIN, "admin", "ops")), roles(row(ADMIN, "admin", "ops") + "- [oops\n")))
                .extracting(AccessChange::kind).containsExactly(Kind.LOSES);
    }

    @Test
    void accountsCountToo() {
        assertThat(AccessChanges.of(AwsAuthData.EMPTY, new AwsAuthData(null, null, "- \"012345670123\"\n")))
                .extracting(AccessChange::kind, AccessChange::principal)
                .containsExactly(tuple(Kind.GAINS, "012345670123"));
    }

    @Test
    void nodesThatLoseTheirRowAreNamedAndOthersAreNot() {
        AwsAuthData now = roles(row(NODE, "system:node:{{EC2PrivateDNSName}}", "system:nodes")
                + row(ADMIN, "admin", "ops"));
        assertThat(AccessChanges.lostNodes(now, roles(row(ADMIN, "admin", "ops")))).isEqualTo(List.of(NODE));
        assertThat(AccessChanges.lostNodes(now, roles(row(NODE, "nodes", "ops")))).isEqualTo(List.of(NODE));
        assertThat(AccessChanges.lostNodes(now, roles(row(NODE, "system:node:{{EC2PrivateDNSName}}", "system:nodes"))))
                .isEmpty();
    }

    @Test
    void aVersionThatEksCannotReadIsNeverPutBackAndOneWithoutNodesByForceOnly() {
        AwsAuthData now = roles(row(NODE, "system:node:{{EC2PrivateDNSName}}", "system:nodes"));
        assertThat(RollbackCommand.harm(now, roles("- [oops\n"), true)).singleElement().asString()
                .contains("EKS could not read that version: mapRoles line");
        assertThat(RollbackCommand.harm(now, AwsAuthData.EMPTY, false)).singleElement().asString().contains(NODE);
        assertThat(RollbackCommand.harm(now, AwsAuthData.EMPTY, true)).isEmpty();
        assertThat(RollbackCommand.harm(now, now, false)).isEmpty();
    }

    private static AwsAuthData roles(String text) {
        return new AwsAuthData(text, null, null);
    }

    private static String row(String arn, String username, String group) {
        return "- rolearn: " + arn + "\n  username: " + username + "\n  groups:\n  - " + group + "\n";
    }
}
