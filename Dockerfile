# One image for all five services; which one runs is the command: `python -m registry all`.
# The base can be replaced: docker build --build-arg BASE=<image with Python 3.11 or newer, and venv> .
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /source
# pip and the build backend stay behind in /opt/build; /opt/liandong is what the image carries.
RUN python3 -m venv /opt/build && python3 -m venv --without-pip /opt/liandong
COPY requirements.lock ./
# Every hash of the lock is checked here; what is installed below can come from nowhere else.
RUN /opt/build/bin/pip download --quiet --require-hashes -r requirements.lock -d /wheels
COPY libs libs
COPY services services
# The tools for tests and checks stay behind: only what the packages declare is installed. psutil
# is for the development issuer, tzdata for bases without time zones.
RUN /opt/build/bin/pip install --quiet --no-index --find-links /wheels hatchling \
    && /opt/build/bin/pip wheel --quiet --no-deps --no-build-isolation -w /wheels \
        ./libs/common ./services/* \
    && /opt/build/bin/pip --python /opt/liandong/bin/python install --quiet \
        --no-index --find-links /wheels psutil tzdata liandong-registry liandong-evaluation \
        liandong-credit-list liandong-supply-demand liandong-funding \
    && for service in services/*; do \
           install -d /opt/migrations && cp -r "$service/migrations" "/opt/migrations/${service#*/}"; \
       done

FROM ${BASE}
LABEL org.opencontainers.image.title="Liandong 联动" \
      org.opencontainers.image.description="社会组织管理平台" \
      org.opencontainers.image.licenses="Apache-2.0"
# /keys is where the development issuer keeps its own, /files where the registry keeps attachments
# unless they go to an S3-compatible store: both on volumes; the services write nowhere else.
RUN groupadd --gid 10001 liandong \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin liandong \
    && install -d -o 10001 -g 10001 -m 0700 /keys /files
COPY --from=build /opt/liandong /opt/liandong
COPY --from=build /opt/migrations /opt/migrations
ENV PATH=/opt/liandong/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1 \
    LIANDONG_HOST=0.0.0.0 LIANDONG_PORT=8000 LIANDONG_MIGRATIONS=/opt/migrations
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=6 \
    CMD ["python", "-c", "import os,urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"LIANDONG_PORT\"]}/health/ready', timeout=2)"]
CMD ["python", "-m", "registry", "all"]
