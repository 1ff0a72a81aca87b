import type { Command } from 'commander';
import type { Role } from '../../core/work-event.ts';
import { LOG_LEVELS } from '../../log/plain.ts';
import type { StartFlags } from '../commands/start.ts';
import { type Act, examples } from './act.ts';
import { choice } from './flags.ts';

const ENDING =
  'The first SIGTERM or SIGINT ends it in order: nothing new is taken, running queries finish within unattended.grace\n' +
  '(30s), the rest is cancelled on the server and put back. A second one ends it at once. Nothing is lost either way.\n' +
  'The log goes to standard error; health and metrics are at serve.host and serve.port (127.0.0.1:9464).';

/** The commands that go on until they are told to stop. */
export function declareStart(program: Command, act: Act): void {
  declareRole(program, act, 'both', {
    name: 'start',
    summary: 'run the jobs, unattended',
    about:
      'Runs scheduler and worker in one process: what is due by the jobs is examined, what was missed is caught up.',
    example: 'hunt start',
  });
  declareRole(program, act, 'scheduler', {
    name: 'scheduler',
    summary: 'hand due tiles to the workers',
    about: 'Hands to the queue on Redis what is due by the jobs. Any number of schedulers may run at once.',
    example: 'hunt scheduler --log-level warn',
  });
  declareRole(program, act, 'worker', {
    name: 'worker',
    summary: 'examine what schedulers hand over',
    about: 'Examines tiles from the queue on Redis, limits.concurrency at once. Any number of workers may run at once.',
    example: 'hunt worker',
  });
}

interface RoleWords {
  readonly name: string;
  readonly summary: string;
  readonly about: string;
  readonly example: string;
}

function declareRole(program: Command, act: Act, role: Role, { name, summary, about, example }: RoleWords): void {
  program
    .command(name)
    .summary(summary)
    .description(`${about}\n\n${ENDING}`)
    .addOption(choice('--log-level <level>', 'the least that is logged', LOG_LEVELS).default('info'))
    .addOption(choice('--log-format <format>', 'default: pretty on a terminal, else json', ['json', 'pretty']))
    .addHelpText('after', examples([example, `TRACEHOUND_SERVE_PORT=none hunt ${name}`]))
    .action((flags: StartFlags) =>
      act(async (effects) => (await import('../commands/start.ts')).start(role, flags, effects)),
    );
}
