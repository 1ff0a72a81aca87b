import type { Command, Expr, Query, TextSpan } from '../../query/syntax/ast.ts';
import { expressionsOf } from '../../query/syntax/commands.ts';
import { childrenOf, depthOf } from '../../query/syntax/walk.ts';
import { Refused } from './refused.ts';

/**
 * DuckDB's binder takes time with the cube of an expression's depth, and does not hear an interrupt meanwhile: 100 nested
 * calls took 0.2 to 0.35 s, 140 to 0.7 s, 280 to 5 s on 2 cores. Elasticsearch takes 300.
 */
const DEPTH_MAX = 100;
/** Cubes of all depths together: what four expressions of the deepest kind need. */
const DEPTH_CUBES_MAX = 4 * DEPTH_MAX ** 3;
/** Nodes of all expressions, elements of IN left out (3,000 of them cost 0.1 s): 9,000 nodes took 1.2 s. */
const NODES_MAX = 6_000;
/** Arguments of a call; those of CONCAT and its like are all handed over for every row. */
const ARGUMENTS_MAX = 500;
/** Each stage is a query around the one before, with all of its columns: 400 took 1.4 s and more than 1 GB. */
const STAGES_MAX = 100;
/** Columns that EVAL and ROW make; 300 that read each other took 1.7 s. */
const FIELDS_MAX = 200;
/** Aggregates of one STATS: 3,000 took 1.2 s, with conditions 1.5 s. */
const AGGREGATES_MAX = 500;
/** Columns to sort by or to group by, each of which may be a stage of its own. */
const KEYS_MAX = 50;

/** Stages that cost more than others. */
const STAGES_OF_KIND_MAX: ReadonlyMap<Command['kind'], number> = new Map([
  ['stats', 8],
  ['lookup_join', 30],
]);

const SPLIT = 'Compute a part by an EVAL of its own, or ask Elasticsearch';

/** Throws Refused for a query that DuckDB would take longer than about a second to plan, whatever the data. */
export function refuseTooLarge({ commands }: Query): void {
  refuseStages(commands);
  let [cubes, nodes] = [0, 0];
  for (const expr of commands.flatMap(expressionsOf)) {
    const depth = depthOf(expr);
    if (depth > DEPTH_MAX) throw tooDeep(`is nested ${depth} levels deep`, expr.span);
    cubes += depth ** 3;
    if (cubes > DEPTH_CUBES_MAX) throw tooDeep('and those before it are nested too deep together', expr.span);
    nodes += countNodes(expr);
    if (nodes > NODES_MAX)
      throw tooLarge(`the expressions up to here have more than ${NODES_MAX} parts`, expr.span, SPLIT);
  }
}

function tooDeep(what: string, span: TextSpan): Refused {
  const message = `this expression ${what}, and the embedded engine takes ${DEPTH_MAX} levels`;
  return new Refused('too-deep', message, SPLIT, span);
}

function tooLarge(message: string, span: TextSpan, hint: string): Refused {
  return new Refused('too-large', `${message}, which the embedded engine does not take`, hint, span);
}

function refuseStages(commands: readonly Command[]): void {
  const beyond = commands[STAGES_MAX];
  if (beyond !== undefined)
    throw tooLarge(`more than ${STAGES_MAX} stages`, beyond.span, 'Join EVAL and WHERE stages, or ask Elasticsearch');
  for (const [kind, most] of STAGES_OF_KIND_MAX) {
    const next = commands.filter((command) => command.kind === kind)[most];
    if (next !== undefined)
      throw tooLarge(`more than ${most} stages of this kind`, next.span, 'Do without some, or ask Elasticsearch');
  }
  let fields = 0;
  for (const command of commands) {
    fields += command.kind === 'eval' || command.kind === 'row' ? command.fields.length : 0;
    if (fields > FIELDS_MAX) throw tooLarge(`${fields} columns made by EVAL and ROW`, command.span, 'Name fewer');
    if (command.kind === 'stats' && command.aggregates.length > AGGREGATES_MAX)
      throw tooLarge(`${command.aggregates.length} aggregates in one STATS`, command.span, 'Name fewer');
    const keys = command.kind === 'stats' ? command.by.length : command.kind === 'sort' ? command.keys.length : 0;
    if (keys > KEYS_MAX)
      throw tooLarge(`${keys} columns to ${command.kind === 'sort' ? 'sort' : 'group'} by`, command.span, 'Name fewer');
  }
}

/** Nodes below and including `expr`. Throws Refused for a call of too many arguments. */
function countNodes(expr: Expr): number {
  const waiting = [expr];
  let count = 0;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    count++;
    if (node.kind === 'call' && node.name !== 'CIDR_MATCH' && node.args.length > ARGUMENTS_MAX)
      throw tooLarge(`${node.name} with ${node.args.length} arguments`, node.span, SPLIT);
    if (node.kind === 'in') waiting.push(node.value);
    else if (node.kind !== 'array') waiting.push(...childrenOf(node));
  }
  return count;
}
