import { parse } from 'tldts-icann';
import type { EcsDocument } from './ecs-document.ts';

/** Types of queries by number (IANA, DNS Parameters) that Windows writes as numbers. */
const QUERY_TYPES: Readonly<Record<string, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  35: 'NAPTR',
  43: 'DS',
  46: 'RRSIG',
  48: 'DNSKEY',
  52: 'TLSA',
  64: 'SVCB',
  65: 'HTTPS',
  255: 'ANY',
};

/** The name of a type of query; a number that has none stays. */
export function queryType(number: string): string {
  return QUERY_TYPES[number.trim()] ?? number.trim();
}

/** A name that was asked for, with its parts by the public suffix list (its ICANN section, as Elasticsearch does it). */
export function setQuestion(document: EcsDocument, name: string): void {
  document.set('dns.question.name', name);
  const { domain, publicSuffix, subdomain } = parse(name, { validateHostname: false });
  if (domain === null) return;
  document
    .set('dns.question.top_level_domain', publicSuffix)
    .set('dns.question.registered_domain', domain)
    .set('dns.question.subdomain', subdomain);
}
