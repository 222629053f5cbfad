package dev.iammapper.scenario;

import static dev.iammapper.scenario.Mapping.roleArn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.iammapper.cli.CommandSurroundings;
import dev.iammapper.cli.ExplainCommand;
import dev.iammapper.cli.importing.ImportCommand;
import dev.iammapper.cluster.Kubectl;
import dev.iammapper.cluster.Seen;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A team takes a live aws-auth into Git: import, kubectl apply, and a controller that changes not one byte of it. */
class ImportIT extends Scenario {
    @TempDir
    private Path folder;

    private record Said(int code, String out, String err) {}

    @Test
    void whatIsImportedAndAppliedChangesNotOneByte() {
        hands.putAwsAuth(EKSCTL, Map.of("mapRoles", AwsAuth.ROLES + """
                # the team's
                - {rolearn: "arn:aws:iam::111122223333:role/Team", username: 'team:{{SessionName}}', groups: [team]}
                -   groups:
                    - dev   # and more to come
                    UserName: "dev:{{SessionName}}"
                    roleARN: arn:aws:iam::012345670123:role/Dev
                """, "mapUsers", """
                [ { "userarn": "arn:aws:iam::111122223333:user/people/ann", "username": "ann" } ]
                """, "mapAccounts", "- '012345670123'\n"));
        AwsAuth before = awsAuth();
        String kubeconfig = stage.cluster().writeKubeconfig(folder.resolve("kubeconfig")).toString();

        Said imported = command(ImportCommand::new, "--kubeconfig", kubeconfig);
        assertThat(imported.code()).as(imported.err()).isZero();
        Seen applied = new Kubectl(Path.of(kubeconfig)).apply(imported.out());
        assertThat(applied.exitCode()).as(applied.err()).isZero();

        List<String> names = imported.out().lines().filter(line -> line.startsWith("  name: "))
                .map(line -> line.substring("  name: ".length()).replace("\"", "")).toList();
        assertThat(names).containsExactly("data-science", "team", "dev", "ann");
        names.forEach(name -> told(name, "Applied"));
        assertThat(awsAuth()).as("data, version and all").isEqualTo(before);

        // The principals have objects now, and each row says whose it is.
        Said again = command(ImportCommand::new, "--kubeconfig", kubeconfig);
        assertThat(again.out()).doesNotContain("kind:");
        assertThat(again.err()).contains("maps already");
        Said explained = command(ExplainCommand::new, "--kubeconfig", kubeconfig, roleArn(names.getFirst()));
        assertThat(explained.code()).as(explained.out() + explained.err()).isZero();
        assertThat(explained.out()).contains("written for the IAMIdentityMapping \"" + names.getFirst() + "\"",
                "Ready=True, Applied");
        assertThat(explained.out()).doesNotContain("Could not be read");
    }

    @Test
    void theControllersOwnRightsAreEnoughToExplain() {
        Said explained = command(ExplainCommand::new, "--kubeconfig", stage.kubeconfig().toString(),
                roleArn("nobody-knows"));

        assertThat(explained.code()).isEqualTo(3);
        assertThat(explained.out()).contains("No user exists for ARN").doesNotContain("Could not be read");
    }

    @Test
    void whatMayNotBeReadIsNamedAndTheRestIsSaid() {
        String reader = stage.cluster().kubeconfigFor("explain", "reader").toString();
        assertThat(command(ExplainCommand::new, "--kubeconfig", reader, roleArn("data-science")).code()).isEqualTo(1);

        assertThat(new Kubectl(stage.cluster().writeKubeconfig(folder.resolve("kubeconfig"))).apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: explain-reader, namespace: kube-system}
                rules: [{apiGroups: [""], resources: [configmaps], resourceNames: [aws-auth], verbs: [get]}]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: explain-reader, namespace: kube-system}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: explain-reader}
                subjects: [{kind: ServiceAccount, name: reader, namespace: explain}]
                """).exitCode()).isZero();
        Said explained = command(ExplainCommand::new, "--kubeconfig", reader, roleArn("data-science"));
        assertThat(explained.code()).as(explained.err()).isZero();
        assertThat(explained.out()).contains("Gets in by mapRoles", "RBAC decides, which is not known here",
                "Could not be read:", "iam-identity-mapper-ledger", "iamidentitymappings", "clusterrolebindings",
                "by an unknown writer");
    }

    private static Said command(Function<CommandSurroundings, Callable<Integer>> command,
            String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = new CommandLine(command.apply(new CommandSurroundings("test", Clock.systemUTC(), Map.of(),
                InputStream.nullInputStream(), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)))).execute(words);
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
