const CONFIG = `# What this site has, and what it changes. Every key may be left out. Environment variables (TRACEHOUND_*) come
# before this file. Secrets never stand here: name files that hold them, or set variables.

# The Elasticsearch that holds events and findings. Without one, events come from "hunt ingest", and everything is kept
# in the folder .tracehound (or in the one that TRACEHOUND_HOME names).
# elasticsearch:
#   nodes: [https://elastic.example:9200]
#   api_key_file: /etc/tracehound/api-key   # or TRACEHOUND_ELASTICSEARCH_API_KEY; or username and password_file
#   ca_file: ca.crt                         # for a certificate of your own authority
#   query_delay: 5m                         # how late events become searchable

# Folders of hunts: those of the package, and yours.
hunts: [tracehound, ./hunts]

# Parameters of hunts, by id or glob.
# params:
#   network/rare-egress: { max_hosts: 5 }

# Where this site keeps a source, and which sources it does not have.
# sources:
#   sysmon.network: { index: [logs-sysmon-*] }
#   endpoint.network: { absent: true }

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
    hunts: [network/*]
    when: |
      process.name == "inventory.exe" AND process.executable LIKE "*\\\\\\\\Program Files\\\\\\\\Inventory\\\\\\\\*"
    because: The inventory agent reaches its vendor from every host it is new on.
    owner: operations
    until: 2027-12-31
`;

const JOB = `# Jobs put hunts on a calendar. The scheduler that reads this folder is not built yet.
# schedule: { cron: "0 2 * * *", timezone: Europe/Copenhagen }
# hunts: ["tag:prevalence", "network/*"]
`;

/** What `hunt init` writes, by path below the site's folder; the hunt template comes from the package. */
export const SITE_FILES: Readonly<Record<string, string>> = {
  'hunt.config.yml': CONFIG,
  'lists/our-ranges.yml': OUR_RANGES,
  'exceptions/_example.yml': EXCEPTION,
  'jobs/_example.yml': JOB,
};
