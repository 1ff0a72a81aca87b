import type { Span } from '../../core/time.ts';
import { blindedSysmon } from './attack-blinded-sysmon.ts';
import { browserBeacon } from './attack-browser-beacon.ts';
import { c2Beacon } from './attack-c2-beacon.ts';
import { cloudExfiltration } from './attack-cloud-exfiltration.ts';
import { discovery } from './attack-discovery.ts';
import { dnsTunnel } from './attack-dns-tunnel.ts';
import { lolbinDownload } from './attack-lolbin-download.ts';
import { rareEgress } from './attack-rare-egress.ts';
import { remoteExecution } from './attack-remote-execution.ts';
import { tunnel } from './attack-tunnel.ts';
import type { Office } from '../office.ts';
import type { Attack, AttackName } from '../plant.ts';

const PLANNERS: Readonly<Record<AttackName, (office: Office, span: Span) => Attack>> = {
  'rare-egress': rareEgress,
  'browser-beacon': browserBeacon,
  'c2-beacon': c2Beacon,
  'cloud-exfiltration': cloudExfiltration,
  'remote-execution': remoteExecution,
  'lolbin-download': lolbinDownload,
  tunnel,
  discovery,
  'dns-tunnel': dnsTunnel,
  'blinded-sysmon': blindedSysmon,
};

/** An attack with its look-alikes, laid into an office and a time. */
export function planAttack(name: AttackName, office: Office, span: Span): Attack {
  return PLANNERS[name](office, span);
}
