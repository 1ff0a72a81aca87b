// Preloaded by benches: tells, when a process ends, its highest memory in kB, its processor time in ms, and how many
// HTTP requests it sent.
import { subscribe } from 'node:diagnostics_channel';

let requests = 0;
subscribe('undici:request:create', () => requests++);
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpu = Math.round((userCPUTime + systemCPUTime) / 1_000);
  process.stderr.write(`\npeak ${maxRSS}\ncpu ${cpu}\nrequests ${requests}\n`);
});
