import { DESK_CHORES } from './chores-desk.ts';
import type { Habit } from './habits.ts';
import { SERVER_CHORES } from './chores-servers.ts';

/**
 * What hosts start, whom they let in and which scripts they run on an ordinary day, beside the connections of `HABITS`:
 * the background against which hunts for programs, logons and scripts are judged.
 */
export const CHORES: readonly Habit[] = [...DESK_CHORES, ...SERVER_CHORES];
