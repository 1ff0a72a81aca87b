// What running processes use, as the kernel counts it (Linux). On a machine with other work this holds where time does not.
import { readFile } from 'node:fs/promises';

/** USER_HZ: what the kernel counts a process's time in, whatever the machine (proc(5)). */
const TICKS_A_SECOND = 100;

/** Time of the processor that a process has used since it began, ms; its threads included. */
export async function processorMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_A_SECOND;
}

/** Memory of a process that is in RAM now, MB of 2^20 bytes. */
export async function residentMb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / 1024;
}
