import type { Expr, Logical } from './ast.ts';

type Kind = Expr['kind'];
/** The members of a union that may be of kind K; `Extract` would lose AND, OR, LIKE and RLIKE, which share one type. */
export type OfKind<K extends Kind, E extends Expr = Expr> = E extends Expr ? (K extends E['kind'] ? E : never) : never;

interface Family<E extends Expr> {
  readonly children: (node: E) => readonly Expr[];
  /** The same node with other children, as many as `children` gives. */
  readonly rebuild: (node: E, children: readonly Expr[]) => Expr;
}

const LEAF = { children: () => [], rebuild: <E extends Expr>(node: E) => node };

/** The nodes of a list that was mapped one to one; `at` lies inside by construction. */
function childAt(children: readonly Expr[], at: number): Expr {
  const child = children[at];
  if (child === undefined) throw new TypeError(`Expected at least ${at + 1} children, got ${children.length}`);
  return child;
}

const ONE_VALUE = {
  children: (node: { readonly value: Expr }) => [node.value],
  rebuild: <E extends Expr & { readonly value: Expr }>(node: E, children: readonly Expr[]): E => ({
    ...node,
    value: childAt(children, 0),
  }),
};

const ONE_OPERAND = {
  children: (node: { readonly operand: Expr }) => [node.operand],
  rebuild: <E extends Expr & { readonly operand: Expr }>(node: E, children: readonly Expr[]): E => ({
    ...node,
    operand: childAt(children, 0),
  }),
};

const OPERANDS = {
  children: (node: { readonly operands: readonly Expr[] }) => node.operands,
  rebuild: <E extends Expr & { readonly operands: readonly Expr[] }>(node: E, operands: readonly Expr[]): E => ({
    ...node,
    operands,
  }),
};

/** AND and OR never hold an operand of their own kind: what a rewrite put there is taken apart. */
const LOGICAL = {
  children: OPERANDS.children,
  rebuild: (node: Logical, children: readonly Expr[]): Logical => ({
    ...node,
    operands: children.flatMap((child) => (child.kind === node.kind ? child.operands : [child])),
  }),
};

/**
 * Where the expressions below a node are. The items of an array, a map and a pattern list are constants by syntax and
 * parts of their node; so are field and text of a match, which are named here to be seen, and stay as they are when a
 * rewrite gives anything else.
 */
const FAMILIES: { readonly [K in Kind]: Family<OfKind<K>> } = {
  literal: LEAF,
  duration: LEAF,
  array: LEAF,
  map: LEAF,
  param: LEAF,
  column: LEAF,
  star: LEAF,
  sign: ONE_OPERAND,
  arithmetic: OPERANDS,
  compare: {
    children: (node) => [node.left, node.right],
    rebuild: (node, children) => ({ ...node, left: childAt(children, 0), right: childAt(children, 1) }),
  },
  and: LOGICAL,
  or: LOGICAL,
  not: ONE_OPERAND,
  in: {
    children: (node) => [node.value, ...node.list],
    rebuild: (node, children) => ({ ...node, value: childAt(children, 0), list: children.slice(1) }),
  },
  like: ONE_VALUE,
  rlike: ONE_VALUE,
  is_null: ONE_VALUE,
  match: { children: (node) => [node.field, node.query], rebuild: rebuildMatch },
  cast: ONE_VALUE,
  call: { children: (node) => node.args, rebuild: (node, args) => ({ ...node, args }) },
};

function rebuildMatch(node: OfKind<'match'>, children: readonly Expr[]): Expr {
  const [field, query] = [childAt(children, 0), childAt(children, 1)];
  return {
    ...node,
    field: field.kind === 'column' ? field : node.field,
    query: query.kind === 'literal' || query.kind === 'param' ? query : node.query,
  };
}

/** The table above at one node. The compiler cannot follow that kind and entry belong together. */
function familyOf(node: Expr): Family<Expr> {
  return FAMILIES[node.kind] as unknown as Family<Expr>;
}

/** The expressions directly below a node, in the order of the text. */
export function childrenOf(node: Expr): readonly Expr[] {
  return familyOf(node).children(node);
}

/** Visits every node below and including `expr`, parents first, in the order of the text. */
export function walkExpr(expr: Expr, visit: (node: Expr) => void): void {
  const waiting: Expr[] = [expr];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    visit(node);
    const children = childrenOf(node);
    for (let at = children.length - 1; at >= 0; at--) waiting.push(childAt(children, at));
  }
}

/**
 * A copy in which every node is what `rewrite` makes of it, children first; the original is left as it is. Return the
 * node itself to keep it.
 */
export function mapExpr(expr: Expr, rewrite: (node: Expr) => Expr): Expr {
  const children = childrenOf(expr);
  if (children.length === 0) return rewrite(expr);
  const mapped = children.map((child) => mapExpr(child, rewrite));
  const changed = mapped.some((child, at) => child !== children[at]);
  return rewrite(changed ? familyOf(expr).rebuild(expr, mapped) : expr);
}

/** Names of the columns an expression reads. */
export function columnsOf(expr: Expr): Set<string> {
  const names = new Set<string>();
  walkExpr(expr, (node) => {
    if (node.kind === 'column') names.add(node.name);
  });
  return names;
}

/** How many nodes lie on the longest way down; an AND or OR of any length is one. */
export function depthOf(expr: Expr): number {
  let deepest = 0;
  const waiting: [Expr, number][] = [[expr, 1]];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    const [node, depth] = item;
    deepest = Math.max(deepest, depth);
    for (const child of childrenOf(node)) waiting.push([child, depth + 1]);
  }
  return deepest;
}
