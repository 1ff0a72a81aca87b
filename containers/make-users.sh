#!/bin/bash
# Gives Kibana's user its password, and makes the role and the user that Tracehound works as. May be run again.
#
#   make-users.sh MADE URL    MADE as make-secrets.sh leaves it; URL of Elasticsearch
set -euo pipefail
made=$1
url=$2

# ask METHOD PATH < BODY; the password goes through a pipe, not through the list of processes
ask() {
  local answer
  answer=$(curl --silent --show-error --fail-with-body --cacert "$made/elasticsearch/ca.crt" \
    --config <(printf 'user = "elastic:%s"\n' "$(cat "$made/elasticsearch/elastic.password")") \
    --header 'content-type: application/json' --request "$1" --data-binary @- "$url/$2") || {
    echo "cannot $1 $2: $answer" >&2
    return 1
  }
}

ask POST _security/user/kibana_system/_password <<BODY
{ "password": "$(cat "$made/kibana/kibana_system.password")" }
BODY

# Reads events where the sources of the package lie, writes what it finds. Making indices is for `hunt setup`, as elastic.
ask PUT _security/role/tracehound <<'BODY'
{
  "cluster": ["monitor"],
  "indices": [
    { "names": ["logs-*", "winlogbeat-*", "filebeat-*"], "privileges": ["read", "view_index_metadata"] },
    { "names": ["hunt-*"], "privileges": ["auto_configure", "create_index", "write", "read", "view_index_metadata"] }
  ]
}
BODY

ask PUT _security/user/tracehound <<BODY
{ "password": "$(cat "$made/tracehound/tracehound.password")", "roles": ["tracehound"], "full_name": "Tracehound" }
BODY
echo 'users are in place'
