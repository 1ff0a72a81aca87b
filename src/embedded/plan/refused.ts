import type { TextSpan } from '../../query/syntax/ast.ts';

/** What stops a query before it runs: named, with its place in the query and a remedy. Thrown inside `embedded` only. */
export class Refused extends Error {
  readonly rule: string;
  readonly hint: string;
  readonly span: TextSpan;

  constructor(rule: string, message: string, hint: string, span: TextSpan) {
    super(message);
    this.name = 'Refused';
    this.rule = rule;
    this.hint = hint;
    this.span = span;
  }
}
