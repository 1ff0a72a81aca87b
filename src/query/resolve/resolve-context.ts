import { closest } from '../../core/suggest.ts';
import { CLOCK_COLUMN } from '../../core/source.ts';
import type { Command, Expr, TextSpan } from '../syntax/ast.ts';
import type { Columns } from './columns.ts';
import type { Catalog, Placed } from './resolution.ts';
import { typeCondition, typeExpr } from './type-expr.ts';
import type { KnownColumn, MeaningFault, Typed, TypingScope } from './typed.ts';
import { placeFaults, searchFaults, searchPlaceFaults } from './search-faults.ts';

/** Collects what resolving a query finds out: fields that are read, typed expressions, faults. */
export class ResolveContext {
  readonly fields = new Set<string>();
  readonly expressions: Placed[] = [];
  readonly faults: MeaningFault[] = [];
  /** Whether no STATS or LIMIT has been passed, so that `:` and full-text functions may still be asked. */
  searchable = true;
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** The columns of all fields, sorted by name; null where not all are known. */
  allFields(): readonly KnownColumn[] | null {
    const { all, field } = this.#catalog;
    return all === undefined ? null : all.toSorted().flatMap((name) => fieldColumn(name, field(name)) ?? []);
  }

  /** The fields of the index that a LOOKUP JOIN names; 'unknown' where indices are not known, null for no such index. */
  lookupFields(index: string): readonly KnownColumn[] | 'unknown' | null {
    const { lookup } = this.#catalog;
    return lookup === undefined ? 'unknown' : (lookup(index) ?? null);
  }

  /** A column by name; a field that is read this way is noted. */
  column(columns: Columns, name: string): KnownColumn | undefined {
    const column = columns.known.get(name) ?? this.#fieldColumn(columns, name);
    if (column !== undefined && column.field !== null) this.fields.add(column.field);
    return column;
  }

  /** As `column`, but an unknown name is a fault. */
  columnAt(columns: Columns, name: string, span: TextSpan): KnownColumn | undefined {
    const column = this.column(columns, name);
    if (column === undefined)
      this.fault('unknown-column', `there is no column "${name}"`, this.#hint(columns, name), span);
    return column;
  }

  type(expr: Expr, columns: Columns, command: Command): Typed {
    return this.note(typeExpr(expr, this.scope(columns)), command);
  }

  condition(expr: Expr, columns: Columns, command: Command): Typed {
    return this.note(typeCondition(expr, this.scope(columns)), command);
  }

  note(typed: Typed, command: Command): Typed {
    this.expressions.push({ command, typed });
    this.faults.push(
      ...searchFaults(typed, this.searchable),
      ...searchPlaceFaults(typed, command.kind === 'where' || command.kind === 'stats'),
      ...placeFaults(typed, command.kind),
    );
    return typed;
  }

  fault(rule: string, message: string, hint: string, span: TextSpan): void {
    this.faults.push({ rule, severity: 'error', message, hint, span });
  }

  /** What an expression at this place may refer to. */
  scope(columns: Columns): TypingScope {
    return {
      column: (name) => this.column(columns, name),
      unknownHint: (name) => this.#hint(columns, name),
      param: (name) => this.#param(name),
      newer: this.#catalog.newer === true,
      inAggregate: null,
      report: (fault) => this.faults.push(fault),
    };
  }

  #param(name: string): ReturnType<TypingScope['param']> {
    const { params } = this.#catalog;
    if (params === undefined) return null;
    return Object.hasOwn(params, name) ? params[name] : undefined;
  }

  #fieldColumn(columns: Columns, name: string): KnownColumn | undefined {
    const loose: KnownColumn = { name, type: 'keyword', several: 'unknown', origin: 'field', field: name };
    if (columns.loose) return loose;
    if (!columns.open(name)) return undefined;
    const known = fieldColumn(name, this.#catalog.field(name));
    if (known !== undefined) return known;
    if (name === CLOCK_COLUMN) return { name, type: 'date', several: 'single', origin: 'metadata', field: null };
    return this.#catalog.strict ? undefined : loose;
  }

  #hint(columns: Columns, name: string): string {
    const near =
      closest(name, columns.known.keys()) ?? closest(name, columns.isOpen ? (this.#catalog.names?.() ?? []) : []);
    if (near !== null) return `Did you mean "${near}"?`;
    if (columns.isOpen && name.startsWith('_')) return `Write METADATA ${name} behind FROM`;
    if (columns.isOpen) return 'Name a field that a source of the hunt has';
    return `Columns here: ${[...columns.known.keys()].slice(0, 30).join(', ')}`;
  }
}

/** The column that a field of the sources is; undefined where there is no such field. */
export function fieldColumn(name: string, facts: ReturnType<Catalog['field']>): KnownColumn | undefined {
  if (facts === undefined) return undefined;
  return { name, type: facts.type, several: facts.array ? 'several' : 'single', origin: 'field', field: name };
}
