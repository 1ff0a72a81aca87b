import { mapDnsClient } from './dns-client.ts';
import { EcsDocument } from '../ecs-document.ts';
import { EventData } from './event-data.ts';
import { mapPowerShell } from './powershell.ts';
import { readNumber } from '../read-values.ts';
import { mapSecurity } from './security.ts';
import { mapService } from './service-control.ts';
import { mapSysmon } from './sysmon.ts';
import { auditOutcome, levelName, type WindowsEvent } from './windows-event.ts';

/** Fields of one channel: the data set that Elastic's integrations write it to, and what is made of its data. */
interface Channel {
  readonly dataset: string;
  readonly module: string;
  readonly map?: (event: WindowsEvent, data: EventData, document: EcsDocument) => void;
}

const CHANNELS: Readonly<Record<string, Channel>> = {
  'microsoft-windows-sysmon/operational': {
    dataset: 'windows.sysmon_operational',
    module: 'windows',
    map: mapSysmon,
  },
  security: { dataset: 'system.security', module: 'system', map: mapSecurity },
  system: { dataset: 'system.system', module: 'system', map: mapService },
  application: { dataset: 'system.application', module: 'system' },
  'microsoft-windows-powershell/operational': {
    dataset: 'windows.powershell_operational',
    module: 'windows',
    map: mapPowerShell,
  },
  'windows powershell': { dataset: 'windows.powershell', module: 'windows' },
  'microsoft-windows-dns-client/operational': { dataset: 'winlog.winlog', module: 'winlog', map: mapDnsClient },
};
const OTHER: Channel = { dataset: 'winlog.winlog', module: 'winlog' };

/**
 * A Windows event as Elastic's integrations (windows, system; winlog for other channels) would have it. Two things are
 * not Elastic's, which has nothing there: `dns.*` of DNS-Client events, and `message` only of events without data.
 */
export function windowsDocument(event: WindowsEvent): EcsDocument {
  const channel = event.channel.toLowerCase();
  const { dataset, module, map } = (Object.hasOwn(CHANNELS, channel) ? CHANNELS[channel] : undefined) ?? OTHER;
  const document = envelope(event, dataset, module);
  const data = new EventData(event.data);
  map?.(event, data, document);
  if (event.data.size === 0) document.set('message', event.message);
  return document.set('winlog.event_data', data.left());
}

function envelope(event: WindowsEvent, dataset: string, module: string): EcsDocument {
  const short = (event.computer ?? '').split('.')[0] ?? '';
  return new EcsDocument()
    .time('@timestamp', event.created)
    .set('data_stream', { type: 'logs', dataset, namespace: 'default' })
    .set('ecs.version', '8.11.0')
    .set('event.kind', 'event')
    .set('event.module', module)
    .set('event.dataset', dataset)
    .set('event.code', event.code)
    .set('event.provider', event.provider)
    .set('event.action', event.task !== null && /\D/.test(event.task) ? event.task : null)
    .set('event.outcome', auditOutcome(event.keywords))
    .time('event.created', event.created)
    .set('host.name', short.toLowerCase())
    .set('host.hostname', short)
    .set('host.os.type', 'windows')
    .set('host.os.family', 'windows')
    .set('host.os.platform', 'windows')
    .set('log.level', levelName(event.level))
    .set('winlog.api', 'wineventlog')
    .set('winlog.channel', event.channel)
    .set('winlog.computer_name', event.computer)
    .set('winlog.event_id', event.code)
    .set('winlog.provider_name', event.provider)
    .set('winlog.provider_guid', event.providerGuid)
    .set('winlog.record_id', event.recordId)
    .set('winlog.task', event.task)
    .set('winlog.opcode', event.opcode)
    .set('winlog.version', readNumber(event.version))
    .set('winlog.activity_id', event.activityId)
    .set('winlog.process.pid', readNumber(event.processId))
    .set('winlog.process.thread.id', readNumber(event.threadId))
    .set('winlog.user.identifier', event.user.id)
    .set('winlog.user.name', event.user.name)
    .set('winlog.user.domain', event.user.domain)
    .set('winlog.user.type', event.user.type);
}
