const CONFIG = `# What this site has, and what it changes. Every key may be left out. Environment variables (TRACEHOUND_*) come
# before this file. Secrets never stand here: name files that hold them, or set variables.

# The Elasticsearch that holds events and findings. Without one, events come from "hunt ingest", and everything is kept
# in the folder .tracehound (or in the one that TRACEHOUND_HOME names).
# elasticsearch:
#   nodes: [https://elastic.example:9200]
#   api_key_file: /etc/tracehound/api-key   # or TRACEHOUND_ELASTICSEARCH_API_KEY; or username and password_file
#   ca_file: ca.crt                         # for a certificate of your own authority
#   query_delay: 5m                         # how late events become searchable

# The Kibana that "hunt setup --kibana" fills with data views, Discover sessions and dashboards.
# kibana:
#   url: https://kibana.example:5601
#   space: hunting                             # without it the default space
#   api_key_file: /etc/tracehound/kibana-key   # or TRACEHOUND_KIBANA_API_KEY; or username and password_file

# Folders of hunts: those of the package, and yours.
hunts: [tracehound, ./hunts]

# Folders of jobs: hunts on a calendar. Those of the package run only where tracehound stands here.
jobs: [./jobs]
# jobs: [tracehound, ./jobs]   # a nightly search for what few hosts do, and an hourly one for busy connections

# Parameters of hunts, by id or glob.
# params:
#   network/rare-egress: { max_hosts: 5 }

# Where this site keeps a source, and which sources it does not have.
# sources:
#   sysmon.network: { index: [logs-sysmon-*] }
#   endpoint.network: { absent: true }

# Who may be told of new and reopened findings: jobs name these channels (notify: [webhook:soc]). Secrets never stand here.
# notify:
#   webhook:
#     soc:
#       url: https://soc.example/hooks/tracehound
#       secret_file: /etc/tracehound/soc-secret   # or TRACEHOUND_NOTIFY_WEBHOOK_SOC_SECRET
#       severity: high                            # and above; the default
#       deltas: [new, reopened]                   # the default
#   slack: { hunting: { url_file: /etc/tracehound/slack-url } }   # or TRACEHOUND_NOTIFY_SLACK_HUNTING_URL
#   jobs: { hourly: [webhook:soc] }               # for jobs of the package, which cannot name them; by id or glob
#   stdout: { severity: low }                     # a line each on standard output of hunt start

# For how long things are kept; hunt prune removes what is older. What is not named is kept for ever.
# retention: { findings: 400d, sightings: 400d, runs: 90d, outbox: 90d, events: 90d }

# GeoIP databases of your own (.mmdb), in place of the bundled data.
# geoip: { city: GeoLite2-City.mmdb, asn: GeoLite2-ASN.mmdb }
`;

const OUR_RANGES = `# Public address ranges that belong to this site or to its partners. This list takes the place of the empty one that
# comes with the package.
description: Public ranges of this site; connections to them are not hunted.
entries: []
# entries:
#   - { cidr: 192.0.2.0/24, comment: Office, owner: network team }
`;

const EXCEPTION = `# Copy this to a file without the leading underscore: files that begin with one are not read.
exceptions:
  - id: inventory-agent
    hunts: [network/rare-egress]
    when: |
      process.name == "inventory.exe" AND process.executable LIKE "*\\\\\\\\Program Files\\\\\\\\Inventory\\\\\\\\*"
    because: The inventory agent reaches its vendor from every host it is new on.
    owner: operations
    until: 2027-12-31
`;

const JOB = `# A job puts hunts on a calendar. Copy this to a file without the leading underscore; its name is the id of the job, under
# which is kept what was examined. Then: hunt check, hunt jobs simulate, hunt start
schedule: { cron: "0 2 * * *", timezone: Europe/Copenhagen } # or { every: 15m }, counted from 1970 in UTC; at least 1m
hunts: ["tag:prevalence", "network/*"] # ids, globs, tag:x, technique:T1071; each hunt's window is a step long at least
query_delay: 5m # how late events become searchable; each tile ends so long before its slot
look_back: 10m # how far before its range a run reads again, for stragglers
catch_up: { at_most: 14d, order: oldest_first } # tiles missed for longer are gaps: hunt gaps, hunt backfill
timeout: 10m # longest time of one query
retries: 3 # further tries at once, for what may pass; after that 1h, 6h and 24h later
# notify: [webhook:soc, slack:hunting] # channels of hunt.config.yml that are told of new and reopened findings
# calendar: { starts: "0 18 * * 5", ends: "0 2 * * 1" } # examine this window, whenever the job itself runs
`;

/** What `hunt init` writes, by path below the site's folder; the hunt template comes from the package. */
export const SITE_FILES: Readonly<Record<string, string>> = {
  'hunt.config.yml': CONFIG,
  'lists/our-ranges.yml': OUR_RANGES,
  'exceptions/_example.yml': EXCEPTION,
  'jobs/_example.yml': JOB,
};
