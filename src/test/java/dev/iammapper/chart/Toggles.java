package dev.iammapper.chart;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Each thing that can be switched, one at a time. */
public final class Toggles {
    private static final String CA = "\"-----BEGIN CERTIFICATE-----\\nMII=\\n-----END CERTIFICATE-----\\n\"";

    private Toggles() {}

    /** The defaults first. */
    public static Stream<Toggle> all() {
        return Stream.of(new Toggle("defaults", ""), new Toggle("observe", "mode: observe"),
                new Toggle("crds off", "crds: {enabled: false}"), new Toggle("crds not kept", "crds: {keep: false}"),
                new Toggle("webhook off", "webhook: {enabled: false}"),
                new Toggle("webhook ignored", "webhook: {failurePolicy: Ignore, timeoutSeconds: 10}"),
                new Toggle("bindings not read", "webhook: {readBindings: false}"),
                new Toggle("cert-manager with an authority of its own",
                        "certificates: {source: certManager, certManager: {createIssuer: true}}"),
                new Toggle("cert-manager with a ClusterIssuer", """
                        certificates:
                          source: certManager
                          certManager: {issuerRef: {name: company, kind: ClusterIssuer}}
                        """),
                new Toggle("supplied certificate", """
                        certificates: {source: supplied, supplied: {secretName: mine, caBundle: %s}}
                        """.formatted(CA)),
                new Toggle("guard of aws-auth",
                        """
                                guards:
                                  awsAuth: {enabled: true, action: Deny, writers: ["o'brien"],
                                            writerPrefixes: [], writerGroups: []}
                                """),
                new Toggle("no guard", "guards: {protectedMappings: {enabled: false}}"),
                new Toggle("one replica", "{replicas: 1, podDisruptionBudget: {enabled: false}}"),
                new Toggle("budget in percent",
                        "{replicas: 3, podDisruptionBudget: {minAvailable: \"50%\", maxUnavailable: \"\"}}"),
                new Toggle("log as JSON", "log: {format: ecs, level: debug}"),
                new Toggle("host network", "{hostNetwork: true, ports: {webhook: 10443, management: 10081}}"),
                new Toggle("an existing ServiceAccount", "serviceAccount: {create: false, name: mine}"),
                new Toggle("annotated ServiceAccount", """
                        serviceAccount:
                          annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/mapper"}
                        """), new Toggle("no roles", "rbac: {create: false}"),
                new Toggle("fewest rights", "rbac: {createSecrets: false, aggregateToView: false}"),
                new Toggle("requesters are asked about", "policy: {requester-must-hold: true}"),
                new Toggle("a policy", """
                        policy:
                          enforcement: warn
                          partition: aws
                          accounts: ["012345670123"]
                          masters: ["arn:aws:iam::012345670123:role/Admins_*"]
                          nodes: ["arn:aws:iam::012345670123:role/nodes"]
                          iam-users: deny
                          root-and-federated: ["arn:aws:iam::012345670123:root"]
                          username-only-template: ["arn:aws:iam::012345670123:role/legacy"]
                          expiry: [{groups: [admins], within: 12h}, {groups: [auditors]}]
                          deny-warnings: [SharedUsername]
                        """), new Toggle("network policy", "networkPolicy: {enabled: true}"),
                new Toggle("narrow network policy", """
                        networkPolicy:
                          enabled: true
                          webhookFrom: [{ipBlock: {cidr: 10.0.0.0/16}}]
                          metricsFrom: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
                          apiServer: {cidrs: [10.100.0.1/32], ports: [443]}
                          dnsTo: []
                        """), new Toggle("monitoring", """
                        metrics:
                          serviceMonitor:
                            enabled: true
                            labels: {release: prometheus}
                            relabelings: [{sourceLabels: [__meta_kubernetes_pod_node_name], targetLabel: node}]
                            metricRelabelings: [{sourceLabels: [__name__], regex: "jvm_.*", action: drop}]
                          prometheusRule: {enabled: true, alertLabels: {team: identity}}
                          dashboard: {enabled: true, annotations: {grafana_folder: Access}}
                        """), new Toggle("no Service for metrics", "metrics: {service: {enabled: false}}"),
                new Toggle("everything that can be added",
                        """
                                nameOverride: mapper
                                commonLabels: {team: identity}
                                commonAnnotations: {contact: someone}
                                image: {repository: registry.example.com/mapper, digest: "sha256:%s",
                                        pullPolicy: Always}
                                imagePullSecrets: [{name: pull}]
                                strategy: {type: Recreate}
                                affinity:
                                  nodeAffinity:
                                    preferredDuringSchedulingIgnoredDuringExecution:
                                      - {weight: 1, preference: {matchExpressions: [{key: a, operator: Exists}]}}
                                topologySpreadConstraints:
                                  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule,
                                     labelSelector: {matchLabels: {a: b}}}
                                priorityClassName: ""
                                deploymentAnnotations: {a: b}
                                podAnnotations: {a: b}
                                podLabels: {a: b}
                                extraArgs: ["--logging.level.org.springframework=debug"]
                                extraEnv: [{name: A, value: b}]
                                extraEnvFrom: [{configMapRef: {name: more, optional: true}}]
                                extraVolumes: [{name: more, emptyDir: {}}]
                                extraVolumeMounts: [{name: more, mountPath: /more}]
                                extraObjects:
                                  - apiVersion: v1
                                    kind: ConfigMap
                                    metadata: {name: extra, namespace: "{{ .Release.Namespace }}"}
                                  - |
                                    apiVersion: v1
                                    kind: Secret
                                    metadata: {name: extra, namespace: {{ include "mapper.namespace" . }}}
                                """
                                .formatted("0".repeat(64))));
    }

    static Stream<Arguments> refusals() {
        return Stream.of(refused("replicas: 0", "replicas is 0: nobody would write aws-auth"),
                refused("podDisruptionBudget: {maxUnavailable: 0}", "blocks every drain of a node"),
                refused("podDisruptionBudget: {maxUnavailable: \"0%\"}", "blocks every drain of a node"),
                refused("podDisruptionBudget: {maxUnavailable: \"\", minAvailable: 2}",
                        "minAvailable is 2 of 2 replicas, which blocks every drain of a node"),
                refused("podDisruptionBudget: {maxUnavailable: \"\", minAvailable: \"51%\"}",
                        "minAvailable is 51% of 2 replicas"),
                refused("podDisruptionBudget: {maxUnavailable: \"\"}", "neither minAvailable nor maxUnavailable"),
                refused("podDisruptionBudget: {minAvailable: 1}", "both minAvailable and maxUnavailable"),
                refused("ports: {webhook: 8081}", "ports.webhook and ports.management are both 8081"),
                refused("{hostNetwork: true, networkPolicy: {enabled: true}}", "has no effect with hostNetwork"),
                refused("certificates: {source: certManager}", "there is no issuer"),
                refused("certificates: {source: certManager, certManager: {createIssuer: true, issuerRef: {name: a}}}",
                        "createIssuer too"),
                refused("certificates: {certManager: {createIssuer: true}}", "certificates.source is selfManaged"),
                refused("certificates: {source: supplied, supplied: {caBundle: " + CA + "}}", "there is no Secret"),
                refused("certificates: {source: supplied, supplied: {secretName: a}}",
                        "nothing says what the API server is to trust"),
                refused("certificates: {supplied: {secretName: a}}", "set it to supplied"),
                refused("certificates: {source: supplied, supplied: {secretName: a, caBundle: "
                        + "\"-----BEGIN CERTIFICATE-----\\n-----BEGIN PRIVATE KEY-----\"}}", "holds a private key"),
                refused("{webhook: {enabled: false}, certificates: {source: certManager,"
                        + " certManager: {createIssuer: true}}}",
                        "nobody would look at the certificate"),
                refused("{webhook: {enabled: false}, policy: {requester-must-hold: true}}",
                        "only the webhook knows who asks"),
                refused("serviceAccount: {create: false}", "write the name of yours to serviceAccount.name"),
                refused("serviceAccount: {create: false, name: a, annotations: {a: b}}", "annotate yours yourself"),
                refused("metrics: {service: {enabled: false}, serviceMonitor: {enabled: true}}",
                        "needs the Service that it reads"),
                refused("mode: watch", "/mode"), refused("log: {format: json}", "/log/format"),
                refused("log: {level: \"off\"}", "/log/level"), refused("image: {digest: abc}", "/image/digest"),
                refused("webhook: {timeoutSeconds: 2}", "/webhook/timeoutSeconds"),
                refused("policy: {accounts: [111122223333]}", "/policy/accounts/0"),
                refused("policy: {masters: [Admins]}", "/policy/masters/0"),
                refused("policy: {iamUsers: deny}", "iamUsers"),
                refused("certificates: {source: supplied, supplied: {caBundle: LS0t}}",
                        "/certificates/supplied/caBundle"),
                refused("terminationGracePeriodSeconds: 10", "/terminationGracePeriodSeconds"));
    }

    static Stream<Arguments> risks() {
        return Stream.of(refused("", "mode is enforce from the first minute"),
                refused("", "no image is published yet"),
                refused("crds: {keep: false}", "deletes every IAMIdentityMapping"),
                refused("webhook: {enabled: false}", "webhook.enabled is false"),
                refused("webhook: {failurePolicy: Ignore}", "everything is stored unjudged"),
                refused("certificates: {source: certManager, certManager: {createIssuer: true}}",
                        "cert-manager and its CA injector must run"),
                refused("policy: {enforcement: warn}", "granted, with a warning"),
                refused("policy: {masters: [\"arn:aws:iam::111122223333:role/Admins\"]}",
                        "lets arn:aws:iam::111122223333:role/Admins hold system:masters"),
                refused("policy: {nodes: [\"arn:aws:iam::111122223333:role/*\"]}", "which names everybody"),
                refused("guards: {protectedMappings: {enabled: false}}", "guards.protectedMappings is off"),
                refused("guards: {awsAuth: {enabled: true, action: Deny}}", "Know the break-glass group"),
                refused("guards: {awsAuth: {enabled: true, action: Deny, writerPrefixes: []}}", "new node groups"),
                refused("replicas: 1", "every change of a mapping is refused and nothing expires"),
                refused("podDisruptionBudget: {enabled: false}", "a drain may take all Pods at once"),
                refused("hostNetwork: true", "ports 9443 and 8081 are open on the nodes"),
                refused("rbac: {create: false}", "docs/permissions.md"));
    }

    private static Arguments refused(String values, String words) {
        return Arguments.of(values, words);
    }
}
