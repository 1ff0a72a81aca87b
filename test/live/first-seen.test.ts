import { expect, it } from 'vitest';
import { describeLive, uniqueName } from '../rig/live.ts';
import { siteRig } from '../rig/site.ts';

const FIRST_SEEN = `name: A program reaches a new address
hypothesis: An implant reaches addresses that nobody reached before.
status: experimental
severity: low
sources: { any_of: [endpoint.network, sysmon.network] }
window: 30d
params: { min_history: 15d }
first_seen:
  of: [process.name, destination.ip]
  min_history: ?min_history
  where: |
    network.direction == "egress"
  collect: { destination.port: 5, process.executable: 2 }
finding: { title: "{process.name} reached {destination.ip} for the first time, from {hosts} of {population} hosts" }
tests:
  - name: a new address is found, a known one not
    events:
      - { "@timestamp": 2026-10-10T10:00:00.000Z, event: { dataset: endpoint.events.network, created: 2026-10-10T10:00:00.000Z }, host: { name: WS-01.example.org }, process: { name: Tool.exe }, network: { direction: egress }, destination: { ip: 198.41.0.4, port: 443 } }
      - { "@timestamp": 2026-11-02T10:00:00.000Z, event: { dataset: endpoint.events.network, created: 2026-11-02T10:00:00.000Z }, host: { name: ws-01 }, process: { name: tool.exe }, network: { direction: egress }, destination: { ip: 198.41.0.4, port: 444 } }
      - { "@timestamp": 2026-11-02T11:00:00.000Z, event: { dataset: endpoint.events.network, created: 2026-11-02T11:00:00.000Z }, host: { name: ws-02 }, process: { name: tool.exe }, network: { direction: egress }, destination: { ip: 198.41.0.5, port: 444 } }
      - { "@timestamp": 2026-11-02T11:00:00.000Z, event: { dataset: endpoint.events.network, created: 2026-11-02T11:00:00.000Z }, host: { name: ws-01 }, process: { name: TOOL.exe }, network: { direction: egress }, destination: { ip: 198.41.0.5, port: 445 } }
    tile: { from: 2026-11-02T00:00:00Z, to: 2026-11-03T00:00:00Z }
    finds:
      - { process.name: tool.exe, destination.ip: 198.41.0.5, hosts: 2, count: 2, population: 2, destination.port: [444, 445], host.name: [ws-01, ws-02] }
    verdict: findings
  - name: without history nothing is written
    events:
      - { "@timestamp": 2026-11-02T11:00:00.000Z, event: { dataset: endpoint.events.network, created: 2026-11-02T11:00:00.000Z }, host: { name: ws-02 }, process: { name: tool.exe }, network: { direction: egress }, destination: { ip: 198.41.0.5, port: 444 } }
    tile: { from: 2026-11-02T00:00:00Z, to: 2026-11-03T00:00:00Z }
    finds: []
    verdict: degraded
  - name: any history will do where the case says so
    events:
      - { "@timestamp": 2026-11-02T11:00:00.000Z, event: { dataset: endpoint.events.network, created: 2026-11-02T11:00:00.000Z }, host: { name: ws-02 }, process: { name: tool.exe }, network: { direction: egress }, destination: { ip: 198.41.0.5, port: 444 } }
    params: { min_history: 0d }
    finds: [{}]
    verdict: findings
`;

const ENRICHED = `name: A program reaches an address
hypothesis: An implant reaches an address that no name was asked for.
status: experimental
severity: low
sources: { any_of: [endpoint.network, sysmon.network] }
window: 1d
esql: |
  FROM logs-endpoint.events.network-*
  | WHERE network.direction == "egress"
  | STATS count = COUNT(*), begin = MIN(hunt.clock), finish = MAX(hunt.clock) BY host.name, destination.ip
enrich:
  events:
    - name: answers
      esql: |
        FROM logs-endpoint.events.network-*
        | WHERE host.name == ?host_name AND network.protocol == "dns" AND dns.question.name == TO_STRING(?destination_ip)
        | KEEP @timestamp, dns.question.name, host.name
      within: 1h
      at_most: 3
      unless: |
        dns.question.name == "198.41.0.4"
finding: { title: "{host.name} reached {destination.ip}", key: [host.name, destination.ip], seen: { first: begin, last: finish } }
tests:
  - name: one that was asked for is dropped
    events:
      - { "@timestamp": 2026-11-02T10:00:00.000Z, event: { dataset: endpoint.events.network, created: 2026-11-02T10:00:00.000Z }, host: { name: ws-01 }, network: { direction: egress }, destination: { ip: 198.41.0.4 } }
      - { "@timestamp": 2026-11-02T09:30:00.000Z, event: { dataset: endpoint.events.network, created: 2026-11-02T09:30:00.000Z }, host: { name: ws-01 }, network: { protocol: dns }, dns: { question: { name: 198.41.0.4 } } }
      - { "@timestamp": 2026-11-02T10:00:00.000Z, event: { dataset: endpoint.events.network, created: 2026-11-02T10:00:00.000Z }, host: { name: ws-01 }, network: { direction: egress }, destination: { ip: 198.41.0.5 } }
      - { "@timestamp": 2026-11-02T08:59:59.999Z, event: { dataset: endpoint.events.network, created: 2026-11-02T08:59:59.999Z }, host: { name: ws-02 }, network: { protocol: dns }, dns: { question: { name: 198.41.0.4 } } }
      - { "@timestamp": 2026-11-02T10:00:00.000Z, event: { dataset: endpoint.events.network, created: 2026-11-02T10:00:00.000Z }, host: { name: ws-02 }, network: { direction: egress }, destination: { ip: 198.41.0.4 } }
    finds: [{ host.name: ws-01, destination.ip: 198.41.0.5 }, { host.name: ws-02, destination.ip: 198.41.0.4 }]
    verdict: findings
`;

describeLive('what is new, and what other events say, on both engines', ['elasticsearch8'], ({ elasticsearch8 }) => {
  it.each(['embedded', 'elasticsearch'])('%s', async (engine) => {
    const url = engine === 'embedded' ? null : elasticsearch8.url;
    const files = { 'hunts/a/new-tool.yml': FIRST_SEEN, 'hunts/a/asked.yml': ENRICHED };
    await using rig = await siteRig({ url, events: '', findings: uniqueName('hunt'), files });
    const ended = await rig.hunt('test', 'a/*', '--engine', engine, '--json');
    const results = JSON.parse(ended.stdout) as { readonly passed: boolean }[];
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    expect([results.length, ended.exitCode]).toEqual([4, 0]);
  });
});
