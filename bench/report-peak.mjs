// Preloaded by bench/run.ts: tells the highest memory of a process, in kB, when it ends.
process.on('exit', () => process.stderr.write(`\npeak ${process.resourceUsage().maxRSS}\n`));
