import { Malformed } from './scan.ts';

/** An element: its name without a namespace prefix, its attributes likewise, what it holds. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, that of its children left out. */
  readonly text: string;
}

const DEPTH_MAX = 32;
const ELEMENTS_MAX = 20_000;
const NAME = /[\p{L}_][\p{L}\p{N}_.:-]*/uy;
const ATTRIBUTE = /\s+([\p{L}_][\p{L}\p{N}_.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy;
const TAG_END = /\s*(\/?)>/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Reads one element and nothing else. Of entities it knows the five of XML and characters by number; there is no
 * document type, so nothing can be declared, fetched or grow: text costs what it is long. Throws Malformed.
 */
export function parseXml(source: string): XmlElement {
  const reader = new XmlReader(source);
  return reader.document();
}

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  readonly text: string[];
}

class XmlReader {
  readonly #source: string;
  #at = 0;
  #elements = 0;
  readonly #open: Open[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  document(): XmlElement {
    let root: XmlElement | null = null;
    while (root === null) root = this.#step();
    if (this.#source.slice(this.#at).trim() !== '') throw this.#fault('more text after the element');
    return root;
  }

  /** Takes text up to the next mark and the mark; the element that ended with it, when it is the outermost. */
  #step(): XmlElement | null {
    const mark = this.#source.indexOf('<', this.#at);
    if (mark < 0) throw this.#fault('the element ends too early');
    const text = this.#source.slice(this.#at, mark);
    if (this.#open.length > 0) this.#open.at(-1)?.text.push(decodeText(text, this.#at));
    else if (text.trim() !== '') throw this.#fault('text outside of an element');
    this.#at = mark + 1;
    const next = this.#source[this.#at];
    if (next === '/') return this.#close();
    if (next === '!') return this.#declaration();
    if (next === '?') return this.#past('?>');
    return this.#element();
  }

  #element(): XmlElement | null {
    if (++this.#elements > ELEMENTS_MAX) throw this.#fault(`more than ${ELEMENTS_MAX} elements`);
    if (this.#open.length >= DEPTH_MAX) throw this.#fault(`more than ${DEPTH_MAX} levels`);
    const name = localName(this.#match(NAME)?.[0] ?? '');
    if (name === '') throw this.#fault('the name of an element is missing');
    const attributes = new Map<string, string>();
    for (let found = this.#match(ATTRIBUTE); found !== null; found = this.#match(ATTRIBUTE)) {
      attributes.set(localName(found[1] ?? ''), decodeText(found[2] ?? found[3] ?? '', this.#at));
    }
    const end = this.#match(TAG_END);
    if (end === null) throw this.#fault('">" is missing');
    this.#open.push({ name, attributes, children: [], text: [] });
    return end[1] === '/' ? this.#ended(name) : null;
  }

  #close(): XmlElement | null {
    this.#at++;
    const name = localName(this.#match(NAME)?.[0] ?? '');
    if (this.#match(TAG_END)?.[1] !== '') throw this.#fault('">" is missing');
    return this.#ended(name);
  }

  #ended(name: string): XmlElement | null {
    const open = this.#open.pop();
    if (open === undefined || open.name !== name) throw this.#fault(`</${name.slice(0, 50)}> ends nothing`);
    const element = { ...open, text: open.text.join('') };
    this.#open.at(-1)?.children.push(element);
    return this.#open.length === 0 ? element : null;
  }

  #declaration(): null {
    if (this.#source.startsWith('!--', this.#at)) return this.#past('-->');
    const cdata = '![CDATA[';
    if (!this.#source.startsWith(cdata, this.#at)) throw this.#fault('a declaration, which no event has');
    const start = this.#at + cdata.length;
    this.#past(']]>');
    this.#open.at(-1)?.text.push(this.#source.slice(start, this.#at - 3));
    return null;
  }

  #past(mark: string): null {
    const end = this.#source.indexOf(mark, this.#at);
    if (end < 0) throw this.#fault(`"${mark}" is missing`);
    this.#at = end + mark.length;
    return null;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  #fault(reason: string): Malformed {
    return new Malformed(reason, this.#at);
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function decodeText(text: string, at: number): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&\s]{0,10})(;?)/g, (_, name: string, end: string) => {
    const decoded = end === ';' ? decodeEntity(name) : null;
    if (decoded === null) throw new Malformed(`there is no entity "&${name}"`, at);
    return decoded;
  });
}

function decodeEntity(name: string): string | null {
  const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
  if (number === null) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? null) : null;
  const code = number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16);
  return code > 0 && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : null;
}
