#!/usr/bin/env bash
# Builds the image and checks what only a run of it shows. Takes some minutes, so that mvn verify does not.
#
#   image/check.sh                        # with Docker, or as root with buildah and podman
#   image/check.sh $(image/stand-ins.sh)  # where no registry can be reached: bases made on this machine
#   image/check.sh --image NAME           # checks an image that is there
#   image/check.sh --without-cluster      # leaves out the part that needs an API server, Maven and a JDK
#   image/check.sh --again                # builds a second time, from nothing, and compares the layers
#   image/check.sh --local-repository     # the build in the image uses this machine's Maven repository (podman only)
set -euo pipefail
cd "$(dirname "$0")/.."

image=
again=false
cluster=true
arguments=()
mounts=()
while [ $# -gt 0 ]; do
    case $1 in
        --image) image=$2; shift 2 ;;
        --again) again=true; shift ;;
        --without-cluster) cluster=false; shift ;;
        --local-repository) mounts=(--volume "$HOME/.m2/repository:/root/.m2/repository"); shift ;;
        --build-image) arguments+=(--build-arg "BUILD_IMAGE=$2"); shift 2 ;;
        --runtime-image) arguments+=(--build-arg "RUNTIME_IMAGE=$2"); shift 2 ;;
        *) echo "check: unknown option $1; see the head of this script" >&2; exit 64 ;;
    esac
done

if docker info > /dev/null 2>&1; then
    kind=docker
    engine="docker"
    options=""
elif command -v buildah > /dev/null && command -v podman > /dev/null; then
    kind=podman
    # crun, podman's usual choice, and its usual limits want more than an old kernel or a container gives.
    engine="podman"
    if command -v runc > /dev/null; then engine="podman --runtime runc"; fi
    options="--ulimit nofile=1024:1024 --ulimit nproc=1024:1024"
else
    echo "check: neither a Docker daemon nor buildah and podman; on Debian: apt-get install buildah podman runc" >&2
    exit 1
fi

epoch=$(sed -n 's/^ARG SOURCE_DATE_EPOCH=//p' Dockerfile)

build() { # NAME, and further options
    local name=$1
    shift
    if [ $kind = docker ]; then
        DOCKER_BUILDKIT=1 docker build --quiet --tag "$name" "${arguments[@]}" "$@" . > /dev/null
    else
        buildah bud --quiet --isolation=chroot --layers --timestamp "$epoch" --tag "$name" \
            "${mounts[@]}" "${arguments[@]}" "$@" . > /dev/null
    fi
}

layers() {
    $engine image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' "$1" | sed '/^$/d'
}

run() { # as a Pod runs it
    # shellcheck disable=SC2086
    $engine run --rm --interactive --pull=never --network=host --read-only --tmpfs /tmp --cap-drop=ALL \
        --security-opt=no-new-privileges --memory=256m $options "$@"
}

failures=0
check() { # WHAT EXPECTED ACTUAL
    if [[ $3 == *"$2"* ]]; then
        echo "ok    $1"
    else
        echo "FAILS $1: expected \"$2\" in: $3"
        failures=$((failures + 1))
    fi
}

if [ -z "$image" ]; then
    image=localhost/iam-identity-mapper:check
    started=$(date +%s)
    build "$image"
    echo "Built $image in $(($(date +%s) - started)) s"
fi

mapping='apiVersion: iamauthenticator.k8s.aws/v1alpha1
kind: IAMIdentityMapping
metadata: {name: dev}
spec: {arn: "arn:aws:iam::111122223333:role/Dev", username: "dev:{{SessionName}}", groups: [GROUP]}'

status() { # prints what a run prints, and its exit status
    local said code=0
    said=$("$@" 2>&1) || code=$?
    echo "$said [exit $code]"
}

check "--version" "iam-identity-mapper " "$(status run "$image" --version)"
check "--help" "Usage: iam-identity-mapper" "$(status run "$image" --help)"
check "the AOT cache fits this JVM, these jars and these flags" "[exit 0]" \
    "$(status run --env JAVA_TOOL_OPTIONS=-XX:AOTMode=on "$image" --version)"
check "the AOT cache fits another heap" "[exit 0]" \
    "$(status run --env "JAVA_TOOL_OPTIONS=-XX:AOTMode=on -Xmx200m" "$image" --version)"
check "JAVA_TOOL_OPTIONS set the heap" "= 209715200 " "$(status run --env JAVA_TOOL_OPTIONS=-Xmx200m \
    --entrypoint /opt/jre/bin/java "$image" -XX:+PrintFlagsFinal -version)"
check "an AOT cache that does not fit is told on stderr" "AOT cache" \
    "$(status run --entrypoint /opt/jre/bin/java "$image" -XX:AOTCache=/app/iam-identity-mapper.aot \
        -cp /app/lib:/app/iam-identity-mapper.jar dev.iammapper.app.Main --version)"
check "lint of a good file from stdin" "[exit 0]" "$(status run "$image" lint - <<< "${mapping/GROUP/developers}")"
check "lint of a bad one" "MastersGrant" "$(status run "$image" lint - <<< "${mapping/GROUP/system:masters}")"
check "its exit code" "[exit 1]" "$(status run "$image" lint - <<< "${mapping/GROUP/system:masters}")"
check "lint of a mounted folder" "[exit 0]" \
    "$(status run --volume "$PWD/src/test/resources/demo:/work:ro" --workdir /work "$image" lint mappings/1-platform-admins.yaml)"
check "a wrong command line" "[exit 64]" "$(status run "$image" lint --nonsense)"
check "a program as credential is reported, where it is missing" "aws" "$(status run "$image" doctor \
    --kubeconfig /dev/stdin <<< '{apiVersion: v1, kind: Config, current-context: c,
        contexts: [{name: c, context: {cluster: c, user: c}}], clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}],
        users: [{name: c, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Never}}}]}')"
check "there is no shell" "[exit 127]" "$(status run --entrypoint /bin/sh "$image" -c true)"
check "the user" "65532" "$($engine image inspect --format '{{.Config.User}}' "$image")"
check "the licence label" "Apache-2.0" "$($engine image inspect --format '{{json .Config.Labels}}' "$image")"

echo
echo "Layers, from the base up:"
layers "$image"

if $again; then
    second=$image-again
    build "$second" --no-cache
    echo
    echo "Layers of a second build, from nothing:"
    diff <(layers "$image") <(layers "$second") && echo "all are equal" || echo "those that differ are shown above"
fi

if $cluster; then
    echo
    mvn --batch-mode --no-transfer-progress --quiet verify -Dtest=ImageTest -Dit.test=ImageIT \
        -Dsurefire.failIfNoSpecifiedTests=false -Dimage="$image" -Dimage.engine="$engine" -Dimage.options="$options" \
        || failures=$((failures + 1))
fi

if [ $failures -gt 0 ]; then
    echo "$failures checks failed" >&2
    exit 1
fi
echo "The image is as it should be."
