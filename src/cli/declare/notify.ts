import type { Command } from 'commander';
import { NOTICE_STATES } from '../../core/notice.ts';
import type { ListFlags, SendFlags } from '../commands/notify.ts';
import { type Act, examples } from './act.ts';
import { limit, someOf } from './flags.ts';

const LIST_DEFAULT = 50;
const LIST_MAX = 10_000;

/** The commands about news that channels are told. */
export function declareNotify(program: Command, act: Act): void {
  const notify = program
    .command('notify')
    .summary('who is told of findings')
    .description(
      'Notifications: new and reopened findings of jobs that name channels (notify: [webhook:soc]), on their way to the\n' +
        'channels of "notify" in hunt.config.yml. hunt start and hunt worker send them. Without a further word: list.',
    );
  declareList(notify, act);
  declareTest(notify, act);
  declareSend(notify, act);
  declareDrop(notify, act);
}

function declareList(notify: Command, act: Act): void {
  notify
    .command('list', { isDefault: true })
    .summary('the outbox')
    .description(
      'Lists notifications, the last written first.\n\n' +
        'STATE    waiting: to be sent, or sent again, or its finding is not written yet. sent. dropped: its finding was\n' +
        '         never written so. dead: given up after 12 attempts, see hunt notify send --dead.\n' +
        'NEXT     when it is taken up; while it is being sent, when another process would take it over.',
    )
    .addOption(someOf('--state <states>', 'of these states', NOTICE_STATES))
    .option('--channel <name>', 'of this channel')
    .addOption(limit(LIST_DEFAULT, LIST_MAX))
    .addHelpText('after', examples(['hunt notify', 'hunt notify list --state waiting,dead --json']))
    .action((flags: ListFlags) =>
      act(async (effects) => (await import('../commands/notify.ts')).listNotices(flags, effects)),
    );
}

function declareTest(notify: Command, act: Act): void {
  notify
    .command('test')
    .summary('tell a channel something that is no finding')
    .description('Sends a sample to a channel, once and at once. Exits with 3 where it is not taken.')
    .argument('<channel>', 'webhook:<name>, slack:<name> or stdout, as in hunt.config.yml')
    .addHelpText('after', examples(['hunt notify test webhook:soc']))
    .action((channel: string) =>
      act(async (effects) => (await import('../commands/notify.ts')).testChannel(channel, effects)),
    );
}

function declareSend(notify: Command, act: Act): void {
  notify
    .command('send')
    .summary('send what is due')
    .description(
      'Sends what is due now, as hunt start does all the time; what waits after a failed attempt stays until its time.\n' +
        'Exits with 3 where something could not be sent.',
    )
    .option('--dead', 'and begin anew with what was given up')
    .option('--channel <name>', 'to this channel only')
    .addHelpText('after', examples(['hunt notify send', 'hunt notify send --dead --channel webhook:soc']))
    .action((flags: SendFlags) =>
      act(async (effects) => (await import('../commands/notify.ts')).sendNotices(flags, effects)),
    );
}

function declareDrop(notify: Command, act: Act): void {
  notify
    .command('drop')
    .summary('give up what waits for a channel')
    .description(
      'Gives up what waits for a channel, or is dead: for a channel that is no more, or whose people know already. The\n' +
        'findings stay as they are.',
    )
    .argument('<channel>', 'webhook:<name>, slack:<name> or stdout; it need not be in hunt.config.yml any more')
    .addHelpText('after', examples(['hunt notify drop webhook:old-soc']))
    .action((channel: string) =>
      act(async (effects) => (await import('../commands/notify.ts')).dropNotices(channel, effects)),
    );
}
