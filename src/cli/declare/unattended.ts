import type { Command } from 'commander';
import type { Act } from './act.ts';
import { declareBackfill } from './backfill.ts';
import { declareGaps } from './gaps.ts';
import { declareJobs } from './jobs.ts';
import { declareNotify } from './notify.ts';
import { declarePrune } from './prune.ts';
import { declareStart } from './start.ts';

/** The commands of unattended work. */
export function declareUnattended(program: Command, act: Act): void {
  declareStart(program, act);
  declareJobs(program, act);
  declareGaps(program, act);
  declareBackfill(program, act);
  declareNotify(program, act);
  declarePrune(program, act);
}
