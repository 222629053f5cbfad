#!/usr/bin/env bash
# Says what a tag is a release of, as "name=value" lines, and refuses one that does not fit the project's files.
#
#   image/version.sh v1.2.3 ghcr.io/owner
set -euo pipefail
cd "$(dirname "$0")/.."

refuse() {
    echo "version: $1" >&2
    exit 1
}

[[ ${1-} =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || refuse "\"${1-}\" is not a tag such as v1.2.3"
# Registries know no capital letters.
[[ ${2,,} =~ ^[a-z0-9.:-]+(/[a-z0-9._-]+)+$ ]] || refuse "\"${2-}\" is not a registry and an owner, as in ghcr.io/owner"
version=${1#v}
pom=$(sed -n '/<artifactId>iam-identity-mapper</{n;s/.*<version>\(.*\)<.*/\1/p;q}' pom.xml)
image=$(sed -n 's/^ARG VERSION=//p' Dockerfile)
chart=$(sed -n 's/^version: *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' helm/iam-identity-mapper/Chart.yaml)
app=$(sed -n 's/^appVersion: *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' helm/iam-identity-mapper/Chart.yaml)
[ "$pom" = "$version" ] || refuse "the tag says $version, and pom.xml $pom"
[ "$image" = "$version" ] || refuse "the tag says $version, and Dockerfile $image"
[ "$chart" = "$version" ] || refuse "the tag says $version, and Chart.yaml's version $chart"
[ "$app" = "$version" ] || refuse "the tag says $version, and Chart.yaml's appVersion $app"
echo "version=$version"
echo "image=${2,,}/iam-identity-mapper"
echo "charts=${2,,}/charts"
