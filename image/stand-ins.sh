#!/usr/bin/env bash
# Makes local images that stand in for the two base images of the Dockerfile, where no registry can be reached: Debian's
# minimal system with the JDK 25 of this machine and a Maven, and the few files of a distroless glibc image. As root, on
# Debian, with: apt-get install buildah podman runc debootstrap
#
#   image/stand-ins.sh     # about three minutes, once; prints the options for image/check.sh
set -euo pipefail

JDK=${JDK:-$(ls -d /usr/lib/jvm/temurin-25-jdk-* 2>/dev/null | head -n 1)}
MAVEN_VERSION=3.9.11
WORK=${WORK:-/var/tmp/iam-identity-mapper-stand-ins}
BUILD=localhost/stand-in/build:latest
RUNTIME=localhost/stand-in/runtime:latest

test -x "$JDK/bin/jlink" || { echo "stand-ins: no JDK 25 in /usr/lib/jvm; name one with JDK=…" >&2; exit 1; }
mkdir -p "$WORK"

if [ ! -e "$WORK/debian/etc/debian_version" ]; then
    debootstrap --variant=minbase bookworm "$WORK/debian" > "$WORK/debootstrap.log" \
        || { tail -n 5 "$WORK/debootstrap.log" >&2; exit 1; }
fi

# A Maven as a build without a mirror would get it.
if [ ! -e "$WORK/maven/bin/mvn" ]; then
    mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy \
        -Dartifact=org.apache.maven:apache-maven:$MAVEN_VERSION:tar.gz:bin -DoutputDirectory="$WORK"
    mkdir -p "$WORK/maven"
    tar -xzf "$WORK/apache-maven-$MAVEN_VERSION-bin.tar.gz" -C "$WORK/maven" --strip-components=1
fi

container=$(buildah from scratch)
mount=$(buildah mount "$container")
cp -a "$WORK/debian/." "$mount/"
mkdir -p "$mount/opt/java" "$mount/usr/share/maven" "$mount/etc/ssl/certs"
cp -a "$JDK" "$mount/opt/java/openjdk"
# Debian links it to a file outside of the JDK.
cp --remove-destination --dereference "$JDK/lib/security/cacerts" "$mount/opt/java/openjdk/lib/security/cacerts"
cp -a "$WORK/maven/." "$mount/usr/share/maven/"
ln -s /usr/share/maven/bin/mvn "$mount/usr/bin/mvn"
cp /etc/ssl/certs/ca-certificates.crt "$mount/etc/ssl/certs/ca-certificates.crt"
buildah config --env JAVA_HOME=/opt/java/openjdk --env PATH=/opt/java/openjdk/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    "$container"
buildah commit --quiet --rm "$container" "$BUILD" > "$WORK/commit.log"

container=$(buildah from scratch)
mount=$(buildah mount "$container")
libraries=lib/$(uname -m)-linux-gnu
mkdir -p "$mount/$libraries" "$mount/etc/ssl/certs" "$mount/usr/share" "$mount/home/nonroot" "$mount/tmp" "$mount/proc" \
    "$mount/dev" "$mount/sys"
chmod 1777 "$mount/tmp"
for library in libc libm libdl libpthread librt libresolv libnss_dns libnss_files; do
    cp -a "$WORK/debian/$libraries/$library".so.* "$mount/$libraries/"
done
for loader in lib64 lib/ld-linux-aarch64.so.1; do
    if [ -e "$WORK/debian/$loader" ]; then
        cp -a "$WORK/debian/$(readlink "$WORK/debian/$loader" || echo "$loader")" "$mount/$loader"
    fi
done
cp -a "$WORK/debian/$libraries"/ld-linux* "$mount/$libraries/" 2>/dev/null || true
cp -a "$WORK/debian/usr/share/zoneinfo" "$mount/usr/share/zoneinfo"
cp /etc/ssl/certs/ca-certificates.crt "$mount/etc/ssl/certs/"
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' \
    > "$mount/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' > "$mount/etc/group"
echo 'hosts: files dns' > "$mount/etc/nsswitch.conf"
chown 65532:65532 "$mount/home/nonroot"
buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    --env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt --user 65532 --workingdir /home/nonroot "$container"
buildah commit --quiet --rm "$container" "$RUNTIME" >> "$WORK/commit.log"

echo "--build-image $BUILD --runtime-image $RUNTIME"
