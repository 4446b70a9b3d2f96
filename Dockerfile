# One image for all five services; which one runs is the command: `python -m registry api`.
# The base can be replaced: docker build --build-arg BASE=<image with Python 3.11 or newer> .
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /source
RUN python3 -m venv /opt/liandong
COPY requirements.lock ./
RUN /opt/liandong/bin/pip install --require-hashes -r requirements.lock
COPY libs libs
COPY services services
RUN /opt/liandong/bin/pip install --no-deps --no-build-isolation \
        ./libs/common ./services/registry ./services/evaluation ./services/credit-list \
        ./services/supply-demand ./services/funding \
    && mkdir -p /opt/migrations \
    && for service in registry evaluation credit-list supply-demand funding; do \
           cp -r "services/$service/migrations" "/opt/migrations/$service"; done

FROM ${BASE}
LABEL org.opencontainers.image.title="Liandong 联动" \
      org.opencontainers.image.description="社会组织管理平台" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin liandong
COPY --from=build /opt/liandong /opt/liandong
COPY --from=build /opt/migrations /opt/migrations
ENV PATH=/opt/liandong/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1 \
    LIANDONG_HOST=0.0.0.0 LIANDONG_PORT=8000 LIANDONG_MIGRATIONS=/opt/migrations
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=6 \
    CMD ["python", "-c", "import os,urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"LIANDONG_PORT\"]}/health/ready', timeout=2)"]
CMD ["python", "-m", "registry", "all"]
