import type { EcsDocument } from '../ecs-document.ts';
import type { ZeekReader } from './zeek-record.ts';

/** A request in clear text, http.log. */
export function mapHttp(record: ZeekReader, document: EcsDocument): void {
  const [host, uri, status] = [record.text('host'), record.text('uri'), record.number('status_code')];
  const [path, query] = cutAt(uri, '?');
  document
    .set('event.category', ['network', 'web'])
    .set('event.type', ['connection', 'protocol', 'info'])
    .set('event.action', record.text('method'))
    .set('event.outcome', status === null ? null : status < 400 ? 'success' : 'failure')
    .set('network.protocol', 'http')
    .set('http.request.method', record.text('method'))
    .set('http.request.referrer', record.text('referrer'))
    .set('http.request.body.bytes', record.number('request_body_len'))
    .set('http.response.body.bytes', record.number('response_body_len'))
    .set('http.response.status_code', status)
    .set(
      'http.response.mime_type',
      record.list('resp_mime_types').filter((each) => typeof each === 'string'),
    )
    .set('http.version', record.text('version'))
    .set('url.domain', host)
    .set('url.original', uri)
    .set('url.path', path)
    .set('url.query', query)
    .set('url.port', record.number('id.resp_p'))
    .set('url.username', record.text('username'))
    .set('url.password', record.text('password'))
    .set('user_agent.original', record.text('user_agent'));
  document.add('related.user', record.text('username'));
  record.taken('host', 'uri', 'method', 'referrer', 'request_body_len', 'response_body_len', 'status_code');
  record.taken('version', 'username', 'password', 'user_agent');
}

/** A handshake, ssl.log. */
export function mapSsl(record: ZeekReader, document: EcsDocument): void {
  const version = /^(TLS|SSL|DTLS)v(\d)(\d)?$/.exec(record.text('version') ?? '');
  const name = record.text('server_name');
  document
    .set('event.type', ['connection', 'protocol'])
    .set('network.protocol', 'tls')
    .set('tls.client.server_name', name)
    .set('tls.client.ja3', record.text('ja3'))
    .set('tls.client.subject', record.text('client_subject'))
    .set('tls.client.issuer', record.text('client_issuer'))
    .set('tls.server.ja3s', record.text('ja3s'))
    .set('tls.server.subject', record.text('subject'))
    .set('tls.server.issuer', record.text('issuer'))
    .set('tls.server.x509.subject.common_name', commonName(record.text('subject')))
    .set('tls.server.x509.issuer.common_name', commonName(record.text('issuer')))
    .set('tls.client.x509.subject.common_name', commonName(record.text('client_subject')))
    .set('tls.cipher', record.text('cipher'))
    .set('tls.curve', record.text('curve'))
    .set('tls.established', record.flag('established'))
    .set('tls.resumed', record.flag('resumed'))
    .set('tls.next_protocol', record.text('next_protocol'))
    .set('tls.version', version === null ? null : `${version[2]}.${version[3] ?? '0'}`)
    .set('tls.version_protocol', version?.[1]?.toLowerCase())
    .set('zeek.ssl.validation.status', record.text('validation_status'));
  document.set('destination.domain', name);
  record.taken('version', 'server_name', 'ja3', 'ja3s', 'client_subject', 'client_issuer', 'subject', 'issuer');
  record.taken('cipher', 'curve', 'established', 'resumed', 'next_protocol', 'validation_status');
}

function commonName(subject: string | null): string | null {
  return /(?:^|,)\s*CN=((?:\\.|[^,\\])+)/i.exec(subject ?? '')?.[1] ?? null;
}

function cutAt(text: string | null, mark: string): readonly [string | null, string | null] {
  const cut = text?.indexOf(mark) ?? -1;
  return text === null || cut < 0 ? [text, null] : [text.slice(0, cut), text.slice(cut + 1)];
}
