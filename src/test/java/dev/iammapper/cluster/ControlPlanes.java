package dev.iammapper.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Chooses the way in which this machine gets an API server. */
final class ControlPlanes {

    private ControlPlanes() {}

    static ControlPlane start(Path folder, Consumer<String> progress) {
        String forced = System.getProperty("cluster", "");
        return switch (forced) {
            case "k3s" -> K3sControlPlane.start(progress);
            case "local" -> local(folder, progress);
            case "" -> firstThatWorks(folder, progress);
            default -> throw new ClusterException(
                    "-Dcluster=" + forced + " is not known: write -Dcluster=k3s, -Dcluster=local, or leave it out");
        };
    }

    private static ControlPlane firstThatWorks(Path folder, Consumer<String> progress) {
        if (assets().isEmpty() && K3sControlPlane.isPossible()) {
            try {
                return K3sControlPlane.start(progress);
            } catch (ClusterException e) {
                progress.accept(e.getMessage() + "; this is now tried");
            }
        }
        return local(folder, progress);
    }

    private static ControlPlane local(Path folder, Consumer<String> progress) {
        String assets = assets();
        if (!assets.isEmpty()) {
            return LocalControlPlane.start(folder, given(assets, "etcd"), given(assets, "kube-apiserver"),
                    "Kubernetes API server as given in KUBEBUILDER_ASSETS (" + assets + ")");
        }
        GoTools tools = new GoTools(progress);
        try {
            Path apiServer = tools.path(GoTools.Tool.KUBE_APISERVER);
            return LocalControlPlane.start(folder, tools.path(GoTools.Tool.ETCD), apiServer,
                    "Kubernetes API server %s, built from source (%s)"
                            .formatted(tools.version(GoTools.Tool.KUBE_APISERVER), apiServer.getParent()));
        } catch (GoTools.NoGoException e) {
            throw new ClusterException("There is no way to a Kubernetes API server on this machine: start Docker, or "
                    + e.remedy() + ", or let KUBEBUILDER_ASSETS name a folder with kube-apiserver and etcd", e);
        }
    }

    private static String assets() {
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        return assets == null ? "" : assets.strip();
    }

    private static Path given(String assets, String program) {
        Path path = Path.of(assets, program);
        if (!Files.isExecutable(path)) {
            throw new ClusterException(
                    "KUBEBUILDER_ASSETS names " + assets + ", but there is no program " + program + " in it");
        }
        return path;
    }
}
