// A site folder for the real binary: its sources lie under the prefix that a suite loaded its events with.
import { huntRig, type HuntRig } from './hunt.ts';

export interface SiteOptions {
  /** The node that holds events and findings; null: the embedded stores, and what is ingested into them. */
  readonly url: string | null;
  /** Before the index names of the events. */
  readonly events: string;
  /** First part of the names of the indices that findings go to. */
  readonly findings: string;
  /** Whether private addresses count as destinations: the site's list takes the place of the shipped one. */
  readonly privateToo?: boolean;
  readonly params?: Readonly<Record<string, number>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A rig whose hunts are the shipped ones, configured as a site would. */
export function siteRig({
  url,
  events,
  findings,
  privateToo = false,
  params = {},
  files = {},
  env = {},
}: SiteOptions): Promise<HuntRig> {
  const config = {
    ...(url === null ? {} : { elasticsearch: { nodes: [url], prefix: findings, compatibility: 'auto' } }),
    sources: {
      'endpoint.network': { index: [`${events}logs-endpoint.events.network-*`] },
      'sysmon.network': { index: [`${events}logs-windows.sysmon_operational-*`, `${events}winlogbeat-*`] },
    },
    params: Object.keys(params).length > 0 ? { 'network/rare-egress': params } : {},
  };
  const list = { description: 'Nothing: every address counts here', entries: [] };
  return huntRig({
    env,
    files: {
      'hunt.config.yml': JSON.stringify(config),
      ...(privateToo ? { 'lists/non-public.yml': JSON.stringify(list) } : {}),
      ...files,
    },
  });
}
