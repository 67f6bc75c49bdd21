#!/bin/sh
# Run once by the database image: two roles, so that the application owns nothing and cannot lift the walls.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
     --set owner_password="$DB_OWNER_PASSWORD" --set app_password="$DB_APP_PASSWORD" <<'SQL'
CREATE ROLE cooperator_owner LOGIN CREATEDB PASSWORD :'owner_password';
CREATE ROLE cooperator_app LOGIN PASSWORD :'app_password';
CREATE DATABASE cooperator OWNER cooperator_owner;
SQL
