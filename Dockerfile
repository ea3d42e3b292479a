# The assistant for a board: one image, every worker runs it. See docs/running.md and compose.yaml.

FROM python:3.11-slim-trixie AS build
WORKDIR /build
COPY LICENSE README.md pyproject.toml ./
COPY bot bot
COPY dialogs dialogs
COPY locales locales
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
 && python -m venv --without-pip /venv \
 && python -m pip --python /venv/bin/python install --no-cache-dir /wheels/*.whl

FROM python:3.11-slim-trixie
# pg_dump and pg_restore of the same major version as the server in compose.yaml: `backup` and `restore` need them.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/* \
 && python -m pip uninstall --yes pip setuptools wheel \
 && groupadd --system --gid 10001 assistant \
 && useradd --system --uid 10001 --gid 10001 --no-create-home assistant \
 && install --directory --owner 10001 --group 10001 --mode 0700 /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    LISTEN=0.0.0.0:8000 \
    LOG_FORMAT=json
WORKDIR /data
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["oudergesprek"]
CMD ["run"]
