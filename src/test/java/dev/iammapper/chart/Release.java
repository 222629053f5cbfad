package dev.iammapper.chart;

import com.marcnuri.helm.Helm;
import dev.iammapper.cluster.Kubectl;
import dev.iammapper.cluster.TestCluster;
import java.nio.file.Path;

/** The release of the chart in a cluster, as a person with all rights handles it. */
final class Release {
    private final Path kubeconfig;

    Release(TestCluster cluster) {
        this.kubeconfig = cluster.kubeconfig();
    }

    /** {@code helm install --create-namespace}. */
    void install(String values) {
        Chart.withFile(values,
                file -> new Helm(Chart.FOLDER).install().withName(Chart.RELEASE).withNamespace(Chart.RELEASE)
                        .createNamespace().withValuesFile(file).withKubeConfig(kubeconfig).call());
    }

    /** {@code helm upgrade} to a chart, which may be another version. */
    void upgrade(Path chart, String values) {
        Chart.withFile(values, file -> new Helm(chart).upgrade().withName(Chart.RELEASE).withNamespace(Chart.RELEASE)
                .withValuesFile(file).withKubeConfig(kubeconfig).call());
    }

    /** {@code helm uninstall}. */
    void uninstall() {
        Helm.uninstall(Chart.RELEASE).withNamespace(Chart.RELEASE).ignoreNotFound().withKubeConfig(kubeconfig).call();
    }

    /** What {@code kubectl get -o jsonpath} finds, empty when there is no such object. */
    static String get(Kubectl kubectl, String what, String jsonPath) {
        return kubectl.run("-n", Chart.RELEASE, "get", "--ignore-not-found", what, "-o", "jsonpath=" + jsonPath).out();
    }
}
