FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1

WORKDIR /app

# The dependencies alone first: they change less often than the code.
COPY pyproject.toml LICENSE README.md ./
RUN pip install --disable-pip-version-check .

COPY . .
# Compiled once here, since the image is read-only for the user below; static files get
# their hashed names. The key is for this one command and stays out of the image.
RUN python -m compileall -q accounts api helpdesk mail queues scrips tickets \
    && SECRET_KEY=only-for-collecting-static-files-at-build-time-0123456789 \
       DATA_DIR=/tmp/build STATIC_ROOT=/app/collected \
       python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build \
    && useradd --system --uid 10001 --home-dir /data --create-home helpdesk

ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data STATIC_ROOT=/app/collected LOG_FORMAT=json
VOLUME /data
EXPOSE 8000
USER helpdesk

# One part for each container: --web, --worker, --beat; --prepare once before them.
ENTRYPOINT ["python", "manage.py", "serve"]
CMD ["--web"]
