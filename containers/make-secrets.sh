#!/bin/bash
# Makes certificates and passwords once, and lays out for each service what it may see. Run again, it makes only what is
# missing and lays out all of it anew: a start that was cut off is made good by the next.
#
#   make-secrets.sh MADE    MADE has a folder for each: authority, elasticsearch, kibana, redis, tracehound
#
# CERTUTIL  elasticsearch-certutil, which Elasticsearch brings along
# OWNER     user and group that the services run as; empty: whoever runs this
set -euo pipefail
umask 077
made=$1
certutil=${CERTUTIL:-/usr/share/elasticsearch/bin/elasticsearch-certutil}
owner=${OWNER-1000:0}
authority=$made/authority
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A file comes to its place whole, or not at all.
put() {
  cp "$1" "$2.new"
  mv "$2.new" "$2"
}

make_password() {
  [ -s "$authority/$1" ] && return
  # 24 random bytes are 32 characters, none of which a URL, a shell or a configuration file would mistake
  head -c 24 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n' >"$work/password"
  put "$work/password" "$authority/$1"
  echo "made $1"
}

make_authority() {
  [ -s "$authority/ca.crt" ] && [ -s "$authority/ca.key" ] && return
  "$certutil" ca --silent --pem --out "$work/ca.zip"
  unzip -q "$work/ca.zip" -d "$work"
  rm -f "$authority"/*.crt
  put "$work/ca/ca.key" "$authority/ca.key"
  put "$work/ca/ca.crt" "$authority/ca.crt"
  echo 'made an authority'
}

make_certificates() {
  [ -s "$authority/elasticsearch.crt" ] && [ -s "$authority/kibana.crt" ] && [ -s "$authority/redis.crt" ] && return
  printf 'instances:\n' >"$work/instances.yml"
  for name in elasticsearch kibana redis; do
    printf '  - { name: %s, dns: [%s, localhost], ip: [127.0.0.1] }\n' "$name" "$name" >>"$work/instances.yml"
  done
  "$certutil" cert --silent --pem --in "$work/instances.yml" --out "$work/certificates.zip" \
    --ca-cert "$authority/ca.crt" --ca-key "$authority/ca.key"
  unzip -q "$work/certificates.zip" -d "$work"
  for name in elasticsearch kibana redis; do
    put "$work/$name/$name.key" "$authority/$name.key"
    put "$work/$name/$name.crt" "$authority/$name.crt"
  done
  echo 'made certificates'
}

# lay_out SERVICE FILE…
lay_out() {
  local folder=$made/$1
  shift
  for name in ca.crt "$@"; do put "$authority/$name" "$folder/$name"; done
  chmod 500 "$folder"
  chmod 400 "$folder"/*
  [ -z "$owner" ] || chown -R "$owner" "$folder"
}

mkdir -p "$authority" "$made/elasticsearch" "$made/kibana" "$made/redis" "$made/tracehound"
chmod 700 "$made"/*
for name in elastic kibana_system tracehound redis; do make_password "$name.password"; done
make_password saved-objects.key
make_authority
make_certificates
printf 'requirepass %s\n' "$(cat "$authority/redis.password")" >"$work/redis.conf"
put "$work/redis.conf" "$authority/redis.conf"

lay_out elasticsearch elasticsearch.crt elasticsearch.key elastic.password
lay_out kibana kibana.crt kibana.key kibana_system.password saved-objects.key
lay_out redis redis.crt redis.key redis.conf redis.password
lay_out tracehound tracehound.password redis.password
# A volume of Redis that is new belongs to root
[ -z "$owner" ] || [ ! -d "$made/redis-data" ] || chown -R "$owner" "$made/redis-data"
echo 'secrets are in place'
