#!/usr/bin/env bash
# Starts the identity provider with passwords from files; the realm is imported if it is not there.
set -euo pipefail
read_secret() { local value; value=$(</run/secrets/"$1"); printf '%s' "$value"; }

KC_DB_PASSWORD=$(read_secret keycloak_database_password)
KC_BOOTSTRAP_ADMIN_PASSWORD=$(read_secret keycloak_admin_password)
# The realm names these where the secrets of its clients belong.
REGISTRY_CLIENT_SECRET=$(read_secret registry_client_secret)
EVALUATION_CLIENT_SECRET=$(read_secret evaluation_client_secret)
CREDIT_LIST_CLIENT_SECRET=$(read_secret credit_list_client_secret)
SUPPLY_DEMAND_CLIENT_SECRET=$(read_secret supply_demand_client_secret)
FUNDING_CLIENT_SECRET=$(read_secret funding_client_secret)
export KC_DB_PASSWORD KC_BOOTSTRAP_ADMIN_PASSWORD REGISTRY_CLIENT_SECRET EVALUATION_CLIENT_SECRET \
  CREDIT_LIST_CLIENT_SECRET SUPPLY_DEMAND_CLIENT_SECRET FUNDING_CLIENT_SECRET
exec /opt/keycloak/bin/kc.sh start --import-realm
