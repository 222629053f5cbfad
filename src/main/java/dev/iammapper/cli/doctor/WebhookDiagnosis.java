package dev.iammapper.cli.doctor;

import dev.iammapper.cli.Look;
import dev.iammapper.store.InstallationReads;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The webhook's registration, Service and certificate. */
final class WebhookDiagnosis {
    private static final Duration CERTIFICATE_SOON = Duration.ofDays(7);

    private final Installation seen;
    private final Findings findings;

    WebhookDiagnosis(Installation seen, Findings findings) {
        this.seen = seen;
        this.findings = findings;
    }

    void webhook() {
        switch (seen.webhooks()) {
            case Look.Seen<List<InstallationReads.Webhook>>(List<InstallationReads.Webhook> webhooks) -> webhooks
                    .forEach(this::webhook);
            case Look.Absent<List<InstallationReads.Webhook>> _ -> findings.warn("WebhookMissing",
                    "No webhook judges mappings"
                            + " before they are stored: there is no ValidatingWebhookConfiguration iam-identity-mapper. The"
                            + " controller judges them all the same, afterwards.",
                    "kubectl apply -f docs/webhook.yaml");
            case Look.Unseen<List<InstallationReads.Webhook>>(String why) -> findings.unseen("Webhook",
                    "the webhook's registration", why);
        }
    }

    private void webhook(InstallationReads.Webhook webhook) {
        boolean refuses = !webhook.failurePolicy().equals("Ignore");
        String consequence = refuses
                ? "no mapping can be created or changed"
                : "mappings are stored unjudged (failurePolicy Ignore)";
        int before = findings.size();
        if (webhook.caBundle().isEmpty()) {
            findings.fail("WebhookWithoutCa",
                    "The webhook " + webhook.name() + " has no caBundle, so the API server does not"
                            + " trust it: " + consequence
                            + ". The controller writes it; another tool may have taken it away.",
                    seen.logs());
        }
        if (!refuses) {
            findings.warn("WebhookIgnored",
                    "The webhook " + webhook.name() + " has failurePolicy Ignore: while it does not"
                            + " answer, mappings are stored unjudged.",
                    "kubectl apply -f docs/webhook.yaml");
        }
        if (webhook.service() != null) {
            service(webhook.service(), consequence);
        }
        switch (seen.certificateEnd()) {
            case Look.Seen<Instant>(Instant end) -> {
                Duration left = Duration.between(seen.now(), end);
                if (left.isNegative()) {
                    findings.fail("CertificateExpired",
                            "The webhook's certificate ended at " + end + ": " + consequence + ".",
                            seen.logs());
                } else if (left.compareTo(CERTIFICATE_SOON) < 0) {
                    findings.warn("CertificateEnding", "The webhook's certificate ends in " + Findings.words(left)
                            + ", and should have been renewed by now.", seen.logs());
                } else {
                    findings.ok("Certificate", "The webhook's certificate is good for " + Findings.words(left) + ".");
                }
            }
            case Look.Absent<Instant> _ -> findings.unseen("Certificate", "the webhook's certificate",
                    "there is none in the Secret or the caBundle");
            case Look.Unseen<Instant>(String why) -> findings.unseen("Certificate", "the webhook's certificate", why);
        }
        if (findings.areGoodSince(before)) {
            findings.ok("Webhook", "The webhook " + webhook.name() + " is registered, with failurePolicy "
                    + webhook.failurePolicy() + ".");
        }
    }

    private void service(String service, String consequence) {
        switch (seen.endpoints()) {
            case Look.Seen<Integer>(Integer ready) when ready == 0 -> findings.fail("WebhookUnreachable",
                    "Nothing answers for"
                            + " the webhook's Service " + service + ": " + consequence + ".",
                    Installation.PODS);
            case Look.Seen<Integer>(Integer ready) -> findings.ok("WebhookService",
                    "The webhook's Service " + service + " has "
                            + Findings.count(ready, "Pod") + " that answer" + (ready == 1 ? "s." : "."));
            case Look.Absent<Integer> _ -> findings.fail("WebhookUnreachable", "The webhook's Service " + service
                    + " does not exist: " + consequence + ".", "kubectl apply -f docs/webhook.yaml");
            case Look.Unseen<Integer>(String why) -> findings.unseen("WebhookService", "the webhook's Service", why);
        }
    }
}
