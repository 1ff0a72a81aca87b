import { isoTime } from '../../core/time.ts';
import { ALL_SEEN, type Unseen } from '../blind.ts';
import type { Host } from '../office.ts';
import type { Happening } from '../happening.ts';
import { counters, type Moment, type Shape } from './shape.ts';
import { CHANNELS, fullName, SYSMON, type WindowsRecord, windowsRecords } from './windows-records.ts';

const RECORDED_MS = 900; // Windows writes an event down a moment after it took place
const AUDIT_SUCCESS = '0x8020000000000000';
const NO_KEYWORDS = '0x8000000000000000';
const XML = {
  extension: 'xml',
  head: '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<Events>\n',
  tail: '</Events>\n',
};

/** Channels of Windows with Sysmon and all auditing switched on: flat JSON as nxlog writes it, or XML of the Event Viewer. */
export function windowsShape(form: 'windows-json' | 'windows-xml', unseen: Unseen = ALL_SEEN): Shape {
  const numberOf = counters();
  const write = form === 'windows-json' ? asJson : asXml;
  return {
    index: 'logs-windows.sysmon_operational-default',
    moments: (of) =>
      partsOf(of, unseen).map((part, place) => ({
        at: of.at + part,
        phase: 'began',
        of,
        part,
        ...(place === 0 ? {} : { echo: true }),
      })),
    line({ at, of, part = 0 }: Moment) {
      const record = windowsRecords(of)[part];
      if (record === undefined) throw new RangeError(`Windows does not tell of a ${of.kind}`);
      const { host } = of.process;
      return write(record, host, at + RECORDED_MS, numberOf(`${host.name} ${record.channel}`));
    },
    ...(form === 'windows-xml' ? { file: XML } : { file: { extension: 'json', head: '', tail: '' } }),
  };
}

/** Which of its records are written: those of Sysmon only while it runs. */
function partsOf(of: Happening, unseen: Unseen): readonly number[] {
  const blind = unseen(of);
  return windowsRecords(of).flatMap(({ channel }, part) => (blind && channel === SYSMON ? [] : [part]));
}

function asJson({ channel, code, user, pid, data }: WindowsRecord, host: Host, at: number, number: number): string {
  const [provider, guid] = CHANNELS[channel];
  return JSON.stringify({
    EventTime: isoTime(at),
    Hostname: fullName(host),
    EventType: channel === 'Security' ? 'AUDIT_SUCCESS' : 'INFO',
    Severity: 'INFO',
    EventID: code,
    SourceName: provider,
    ProviderGuid: guid,
    RecordNumber: number,
    ExecutionProcessID: pid,
    Channel: channel,
    ...(user === null ? {} : { Domain: user.domain, AccountName: user.name, UserID: user.id, AccountType: 'User' }),
    ...data,
    SourceModuleName: 'eventlog',
    SourceModuleType: 'im_msvistalog',
  });
}

function asXml({ channel, code, user, pid, data }: WindowsRecord, host: Host, at: number, number: number): string {
  const [provider, guid] = CHANNELS[channel];
  const keywords = channel === 'Security' ? AUDIT_SUCCESS : NO_KEYWORDS;
  const values = Object.entries(data).map(([name, value]) => `<Data Name="${name}">${escape(`${value}`)}</Data>`);
  return (
    `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>` +
    `<Provider Name="${provider}" Guid="${guid}"/><EventID>${code}</EventID><Version>0</Version><Level>4</Level>` +
    `<Keywords>${keywords}</Keywords><TimeCreated SystemTime="${isoTime(at)}"/><EventRecordID>${number}</EventRecordID>` +
    `<Execution ProcessID="${pid}" ThreadID="0"/><Channel>${channel}</Channel><Computer>${fullName(host)}</Computer>` +
    `<Security${user === null ? '' : ` UserID="${user.id}"`}/></System><EventData>${values.join('')}</EventData></Event>`
  );
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
