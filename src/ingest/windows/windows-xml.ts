import { Malformed } from '../scan.ts';
import { readTime } from '../wall-clock.ts';
import { channelOf, type WindowsEvent } from './windows-event.ts';
import { parseXml, type XmlElement } from '../xml.ts';

/** Reads one `<Event>` as Windows renders it (Event Viewer, wevtutil, event forwarding), with or without its words. */
export function readWindowsXml(source: string): WindowsEvent {
  const event = parseXml(source);
  if (event.name !== 'Event') throw new Malformed(`an <Event> is expected, not <${event.name.slice(0, 50)}>`, 0);
  const system = child(event, 'System');
  if (system === null) throw new Malformed('the event has no <System>', 0);
  const words = child(event, 'RenderingInfo');
  const text = (name: string) => textOf(child(system, name));
  const provider = attribute(child(system, 'Provider'), 'Name');
  const code = text('EventID');
  const channel = text('Channel') ?? channelOf(provider);
  if (code === null || channel === null) throw new Malformed('a Windows event has an EventID and a Channel', 0);
  const execution = child(system, 'Execution');
  const keywords = words === null ? null : keywordsOf(words);
  return {
    code,
    channel,
    provider,
    computer: text('Computer'),
    providerGuid: attribute(child(system, 'Provider'), 'Guid'),
    recordId: text('EventRecordID'),
    level: textOf(child(words, 'Level')) ?? text('Level'),
    task: textOf(child(words, 'Task')),
    opcode: textOf(child(words, 'Opcode')),
    keywords: keywords ?? text('Keywords'),
    version: text('Version'),
    processId: attribute(execution, 'ProcessID'),
    threadId: attribute(execution, 'ThreadID'),
    activityId: attribute(child(system, 'Correlation'), 'ActivityID'),
    user: { id: attribute(child(system, 'Security'), 'UserID'), name: null, domain: null, type: null },
    created: createdOf(system),
    message: textOf(child(words, 'Message')),
    data: dataOf(event),
  };
}

function createdOf(system: XmlElement): number {
  const time = readTime(attribute(child(system, 'TimeCreated'), 'SystemTime') ?? '');
  if (time === null) throw new Malformed('the event has no TimeCreated', 0);
  // Windows writes it in UTC, now and then without saying so.
  return 'instant' in time ? time.instant : time.wall;
}

/** Data by name; data without one is `param1`, `param2`… as Elastic's agents call it. */
function dataOf(event: XmlElement): ReadonlyMap<string, string> {
  const data = new Map<string, string>();
  for (const [at, { name, attributes, text }] of (child(event, 'EventData')?.children ?? []).entries()) {
    const label = name === 'Data' ? (attributes.get('Name') ?? `param${at + 1}`) : name;
    data.set(label === '' ? `param${at + 1}` : label, text);
  }
  for (const holder of child(event, 'UserData')?.children ?? []) {
    for (const { name, text } of holder.children) data.set(name, text);
  }
  return data;
}

function keywordsOf(words: XmlElement): string | null {
  return textOf(child(words, 'Keywords')?.children[0] ?? null);
}

function child(element: XmlElement | null, name: string): XmlElement | null {
  return element?.children.find((each) => each.name === name) ?? null;
}

function attribute(element: XmlElement | null, name: string): string | null {
  return element?.attributes.get(name) ?? null;
}

function textOf(element: XmlElement | null): string | null {
  const text = element?.text.trim() ?? '';
  return text === '' ? null : text;
}
