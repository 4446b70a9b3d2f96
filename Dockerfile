# One image for all five services; which one runs is the command: `python -m registry all`.
# BASE is what it runs on: Debian or a derivative with Python 3.11 or newer (docs/operations/offline.md
# makes one without pip and apt). BUILD_BASE, with venv, is what it is built on: a mirror's settings
# and certificates in it stay behind.
ARG BASE=python:3.11-slim
ARG BUILD_BASE=${BASE}

FROM ${BASE} AS runtime

FROM ${BUILD_BASE} AS build
# Seconds since 1970, in file times and in what is compiled: the same sources give the same bytes.
ARG SOURCE_DATE_EPOCH=0
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH} PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_COMPILE=1
WORKDIR /source
# pip and the build backend stay behind in /opt/build; /opt/liandong is what the image carries.
RUN python3 -m venv /opt/build && python3 -m venv --without-pip /opt/liandong
COPY requirements.lock ./
# Every hash of the lock is checked here; what is installed below can come from nowhere else.
RUN /opt/build/bin/pip download --quiet --require-hashes -r requirements.lock -d /wheels \
    && /opt/build/bin/pip install --quiet --no-index --find-links /wheels \
        hatchling cyclonedx-python-lib
COPY libs libs
COPY services services
# The tools for tests and checks stay behind: only what the packages declare is installed. psutil
# is for the development issuer, tzdata for bases without time zones. Bytecode is told by the
# hash of its source, not by a time, and is made by one process in a fixed order.
RUN /opt/build/bin/pip wheel --quiet --no-deps --no-build-isolation -w /wheels \
        ./libs/common ./services/* \
    && /opt/build/bin/pip --python /opt/liandong/bin/python install --quiet \
        --no-index --find-links /wheels psutil tzdata liandong-registry liandong-evaluation \
        liandong-credit-list liandong-supply-demand liandong-funding \
    && PYTHONHASHSEED=0 /opt/liandong/bin/python -m compileall -q -j 1 \
        --invalidation-mode checked-hash /opt/liandong/lib \
    && for service in services/*; do \
           install -d /opt/migrations && cp -r "$service/migrations" "/opt/migrations/${service#*/}"; \
       done
# What is inside, as CycloneDX: the Python packages of /opt/liandong and the Debian packages of BASE.
COPY tools/offline/sbom.py tools/offline/sbom.py
COPY --from=runtime /etc/passwd /etc/group /rootfs/etc/
COPY --from=runtime /var/lib/dpkg/status /runtime/var/lib/dpkg/status
RUN install -d /rootfs/opt /rootfs/usr/share/liandong /runtime/opt \
    && mv /opt/liandong /opt/migrations /rootfs/opt/ \
    && ln -s /rootfs/opt/liandong /runtime/opt/liandong \
    && /opt/build/bin/python tools/offline/sbom.py --name liandong /runtime \
        >/rootfs/usr/share/liandong/sbom.json \
    && echo 'liandong:x:10001:10001::/nonexistent:/usr/sbin/nologin' >>/rootfs/etc/passwd \
    && echo 'liandong:x:10001:' >>/rootfs/etc/group \
    && find /rootfs -exec touch --no-dereference --date "@${SOURCE_DATE_EPOCH}" '{}' +

FROM ${BASE}
ARG VERSION=
ARG REVISION=
ARG CREATED=
LABEL org.opencontainers.image.title="Liandong 联动" \
      org.opencontainers.image.description="社会组织管理平台" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
ENV LIANDONG_REVISION=${REVISION}
# A base may bring pip, where the services have no use for it.
RUN if python3 -c 'import pip' 2>/dev/null; then \
        python3 -B -m pip uninstall --yes --quiet --root-user-action=ignore pip setuptools wheel; \
    fi
COPY --from=build /rootfs/ /
# /keys is where the development issuer keeps its own, /files where the registry keeps attachments
# unless they go to an S3-compatible store: both on volumes; the services write nowhere else.
ARG SOURCE_DATE_EPOCH=0
RUN install -d -o 10001 -g 10001 -m 0700 /keys /files \
    && touch --date "@${SOURCE_DATE_EPOCH}" /keys /files
ENV PATH=/opt/liandong/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1 \
    LIANDONG_HOST=0.0.0.0 LIANDONG_PORT=8000 LIANDONG_MIGRATIONS=/opt/migrations
# A base that lacks a library which a package was built against is found here, not at the start.
RUN python -c 'import liandong.process, liandong.cli.main'
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=6 \
    CMD ["python", "-c", "import os,urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"LIANDONG_PORT\"]}/health/ready', timeout=2)"]
CMD ["python", "-m", "registry", "all"]
