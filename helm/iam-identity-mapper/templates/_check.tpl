{{/* Says what is wrong with the values together; what is wrong with one of them, values.schema.json says. */}}
{{- define "mapper.check" -}}
{{- $wrong := list -}}
{{- $replicas := int .Values.replicas -}}
{{- if lt $replicas 1 -}}
{{- $wrong = append $wrong "replicas is 0: nobody would write aws-auth, and every change of a mapping would be refused. To stop the controller for a while, run: kubectl scale deployment --replicas=0." -}}
{{- end -}}

{{- with .Values.podDisruptionBudget -}}
{{- if .enabled -}}
{{- $min := toString .minAvailable -}}
{{- $max := toString .maxUnavailable -}}
{{- if and (ne $min "") (ne $max "") -}}
{{- $wrong = append $wrong "podDisruptionBudget has both minAvailable and maxUnavailable: leave one of them empty (\"\")." -}}
{{- else if and (eq $min "") (eq $max "") -}}
{{- $wrong = append $wrong "podDisruptionBudget has neither minAvailable nor maxUnavailable: write one of them, or set podDisruptionBudget.enabled=false." -}}
{{- else if ne $max "" -}}
{{- if eq (int (trimSuffix "%" $max)) 0 -}}
{{- $wrong = append $wrong (printf "podDisruptionBudget.maxUnavailable is %s, which blocks every drain of a node: write 1." $max) -}}
{{- end -}}
{{- else -}}
{{- $stay := int (trimSuffix "%" $min) -}}
{{- if hasSuffix "%" $min -}}
{{- $stay = div (add (mul $replicas $stay) 99) 100 -}}
{{- end -}}
{{- if and (ge (int $stay) $replicas) (gt $replicas 0) -}}
{{- $wrong = append $wrong (printf "podDisruptionBudget.minAvailable is %s of %d replicas, which blocks every drain of a node: lower it, raise replicas, or use maxUnavailable." $min $replicas) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- if eq (int .Values.ports.webhook) (int .Values.ports.management) -}}
{{- $wrong = append $wrong (printf "ports.webhook and ports.management are both %d: a Pod cannot listen on one port twice." (int .Values.ports.webhook)) -}}
{{- end -}}
{{- if and .Values.hostNetwork .Values.networkPolicy.enabled -}}
{{- $wrong = append $wrong "networkPolicy.enabled has no effect with hostNetwork: NetworkPolicies do not hold for Pods in the network of their node. Set one of them to false." -}}
{{- end -}}

{{- $certificates := .Values.certificates -}}
{{- $issuer := $certificates.certManager.issuerRef.name -}}
{{- if not .Values.webhook.enabled -}}
{{- if ne $certificates.source "selfManaged" -}}
{{- $wrong = append $wrong (printf "certificates.source is %s, but webhook.enabled is false: nobody would look at the certificate. Remove one of the two." $certificates.source) -}}
{{- end -}}
{{- if index .Values.policy "requester-must-hold" -}}
{{- $wrong = append $wrong "policy.requester-must-hold is true, but webhook.enabled is false: only the webhook knows who asks. Remove one of the two." -}}
{{- end -}}
{{- end -}}
{{- if eq $certificates.source "certManager" -}}
{{- if and (not $issuer) (not $certificates.certManager.createIssuer) -}}
{{- $wrong = append $wrong "certificates.source is certManager, but there is no issuer: write the name of yours to certificates.certManager.issuerRef.name, or set certificates.certManager.createIssuer=true." -}}
{{- end -}}
{{- if and $issuer $certificates.certManager.createIssuer -}}
{{- $wrong = append $wrong (printf "certificates.certManager has the issuer %s and createIssuer too: remove one of the two." $issuer) -}}
{{- end -}}
{{- else if or $issuer $certificates.certManager.createIssuer -}}
{{- $wrong = append $wrong (printf "certificates.certManager names an issuer, but certificates.source is %s: set it to certManager, or remove the issuer." $certificates.source) -}}
{{- end -}}
{{- if eq $certificates.source "supplied" -}}
{{- if not $certificates.supplied.secretName -}}
{{- $wrong = append $wrong "certificates.source is supplied, but there is no Secret: write its name to certificates.supplied.secretName." -}}
{{- end -}}
{{- if not (or $certificates.supplied.caBundle .Values.webhook.annotations) -}}
{{- $wrong = append $wrong "certificates.source is supplied, but nothing says what the API server is to trust: write the authority as PEM text to certificates.supplied.caBundle, or have an injector write it, by webhook.annotations." -}}
{{- end -}}
{{- with $certificates.supplied.caBundle -}}
{{- if contains "PRIVATE KEY" . -}}
{{- $wrong = append $wrong "certificates.supplied.caBundle holds a private key, which everybody could read in the cluster: leave it out, and have a new one made." -}}
{{- end -}}
{{- end -}}
{{- else if or $certificates.supplied.secretName $certificates.supplied.caBundle -}}
{{- $wrong = append $wrong (printf "certificates.supplied is filled in, but certificates.source is %s: set it to supplied, or leave the rest out." $certificates.source) -}}
{{- end -}}

{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- $wrong = append $wrong "serviceAccount.create is false, but there is no name: write the name of yours to serviceAccount.name." -}}
{{- end -}}
{{- if and (not .Values.serviceAccount.create) .Values.serviceAccount.annotations -}}
{{- $wrong = append $wrong "serviceAccount.annotations are for a ServiceAccount of the chart, but serviceAccount.create is false: annotate yours yourself, or remove one of the two." -}}
{{- end -}}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.service.enabled) -}}
{{- $wrong = append $wrong "metrics.serviceMonitor.enabled needs the Service that it reads: set metrics.service.enabled=true." -}}
{{- end -}}

{{- if $wrong -}}
{{- fail (printf "\n\nThese values do not work:\n  - %s\n" (join "\n  - " (uniq $wrong))) -}}
{{- end -}}
{{- end -}}
