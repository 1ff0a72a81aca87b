import { isoTime } from '../../core/time.ts';
import type { Connection } from '../happening.ts';
import type { Moment, Shape } from './shape.ts';

const HEAD = [
  '#Version: 1.5',
  '#Software: Microsoft Windows Firewall',
  '#Time Format: GMT',
  '#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path pid',
  '',
  '',
].join('\n');

/** The Windows Firewall: a line for each connection that it let pass, those of all hosts in one log, in UTC. */
export function pfirewallShape(): Shape {
  return {
    index: 'logs-windows.firewall-default',
    moments: (of) => (of.kind === 'connection' ? [{ at: of.at, phase: 'began', of }] : []),
    line: ({ at, of }: Moment) => lineOf(at, of as Connection),
    file: { extension: 'log', head: HEAD, tail: '' },
  };
}

function lineOf(at: number, { process, remote, localPort, direction, transport }: Connection): string {
  const [date, time] = isoTime(at).slice(0, 19).split('T');
  const out = direction === 'egress';
  const [from, to] = out ? [process.host.ip, remote.ip] : [remote.ip, process.host.ip];
  const [fromPort, toPort] = out ? [localPort, remote.port] : [remote.port, localPort];
  const flags = transport === 'tcp' ? '- 0 0 0' : '- - - -';
  const pid = process.executable === null ? 4 : process.pid;
  return `${date} ${time} ALLOW ${transport.toUpperCase()} ${from} ${to} ${fromPort} ${toPort} 0 ${flags} - - - ${out ? 'SEND' : 'RECEIVE'} ${pid}`;
}
