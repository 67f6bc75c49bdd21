# One image for every role: pages, sockets, worker, beat, migrate. docker-compose.yml says which command makes which.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt
COPY . .
COPY --from=packages /app/node_modules ./node_modules
# A throw-away key: collecting static files signs nothing.
RUN SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(50))") \
    STATIC_ROOT=/app/static-collected /venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf node_modules

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin cooperator \
    && mkdir -p /app/var && chown cooperator /app/var
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ENV_FILE="" STATIC_ROOT=/app/static-collected
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER cooperator
VOLUME /app/var
EXPOSE 8000
CMD ["gunicorn", "--config=python:config.gunicorn", "--bind=0.0.0.0:8000", "config.wsgi"]
