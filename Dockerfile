# syntax=docker/dockerfile:1
# The image of iam-identity-mapper; docs/image.md says what is in it and why.
#
# docker build --tag iam-identity-mapper .

# Maven and a Temurin JDK 25. Its JDK becomes the image's runtime, so that a newer tag is a newer Java.
ARG BUILD_IMAGE=docker.io/library/maven:3.9-eclipse-temurin-25
# glibc, certificates, time zones and a user: no shell, no OpenSSL. The runtime links glibc and nothing else.
ARG RUNTIME_IMAGE=gcr.io/distroless/base-nossl-debian13:nonroot

FROM ${BUILD_IMAGE} AS jar
WORKDIR /build
# A layer of its own for everything that the build downloads, which changes with the POM alone: a build of nothing.
COPY pom.xml ./
COPY src/build src/build
RUN mvn --batch-mode --no-transfer-progress -Dmaven.test.skip=true -Dformatter.skip=true package
COPY src/main src/main
RUN mvn --batch-mode --no-transfer-progress -Dmaven.test.skip=true -Dformatter.skip=true clean package
# An unknown option of the extraction ends with exit code 0: what it leaves is what counts.
RUN java -Djarmode=tools -jar target/iam-identity-mapper.jar extract --destination /app \
    && test -s /app/iam-identity-mapper.jar && test -d /app/lib

FROM ${BUILD_IMAGE} AS trained
# Every file gets this date: an AOT cache knows its jars by it, and two builds of one commit give the same layers.
ARG SOURCE_DATE_EPOCH=1767225600
# The modules that the classes refer to; ImageTest compares them. --add-options has the least say of all ways to give
# the JVM a flag, so that JAVA_TOOL_OPTIONS can set any of them anew. No default CDS archive: the AOT cache is one.
RUN jlink --output /opt/jre --strip-java-debug-attributes --no-header-files --no-man-pages \
    --add-modules java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.prefs,java.scripting,java.security.jgss,java.sql,java.xml,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs \
    --add-options="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m -XX:+ExitOnOutOfMemoryError -Xlog:disable -Xlog:all=warning:stderr"
# java.security lists providers of modules that are not here. The JDK looks for each on the class path, and what it
# finds there, Bouncy Castle, it starts: 800 classes that no cache may hold, because their jar is signed.
RUN sed -i -E '/^security\.provider\.[0-9]+=/{/=(SUN|SunRsaSign|SunEC|SunJSSE|SunJCE)$/!d}' \
    /opt/jre/conf/security/java.security \
    && test "$(grep -c '^security.provider.[1-5]=' /opt/jre/conf/security/java.security)" = 5
COPY --from=jar /app /app
RUN find /app /opt/jre -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +
WORKDIR /training
COPY crds crds
COPY docs/webhook.yaml docs/webhook.yaml
COPY src/test/resources/demo src/test/resources/demo
COPY src/test/java/dev/iammapper/image src/test/java/dev/iammapper/image
# A whole run of the controller against a stand-in for the API server, as a Pod would run; it fails if anything is
# missing. Without ahead-of-time linking the commands start faster, and the controller hardly slower.
RUN java -cp '/app/lib/*' src/test/java/dev/iammapper/image/Training.java \
        /var/run/secrets/kubernetes.io/serviceaccount \
        /opt/jre/bin/java -XX:-AOTClassLinking -XX:AOTCacheOutput=/app/iam-identity-mapper.aot \
        -jar /app/iam-identity-mapper.jar \
    && test -s /app/iam-identity-mapper.aot \
    && /opt/jre/bin/java -XX:AOTMode=on -XX:AOTCache=/app/iam-identity-mapper.aot \
        -jar /app/iam-identity-mapper.jar --version \
    && touch --date="@${SOURCE_DATE_EPOCH}" /app/iam-identity-mapper.aot /app

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.title="iam-identity-mapper" \
    org.opencontainers.image.description="Turns IAMIdentityMapping objects into rows of the ConfigMap kube-system/aws-auth." \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}" \
    org.opencontainers.image.source="${SOURCE}"
# The largest and least often changed first.
COPY --from=trained /opt/jre /opt/jre
COPY --from=trained /app/lib /app/lib
COPY --from=trained /app/iam-identity-mapper.jar /app/
COPY --from=trained /app/iam-identity-mapper.aot /app/
ENV PATH=/opt/jre/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/home/nonroot
USER 65532:65532
WORKDIR /home/nonroot
# In the default mode an AOT cache that does not fit is told on stderr, and done without.
ENTRYPOINT ["/opt/jre/bin/java", "-XX:AOTCache=/app/iam-identity-mapper.aot", "-jar", "/app/iam-identity-mapper.jar"]
