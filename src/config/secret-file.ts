import { messageOf } from '../core/error.ts';
import { diskFiles } from '../definition/files.ts';
import type { PathName, SettingReader } from './gather.ts';
import { Secret } from './secret.ts';
import { SETTINGS, type SecretName } from './settings.ts';

/** More than any credential and any bundle of authorities needs; a device file must not be read without end. */
const SECRET_BYTES_MAX = 1_000_000;

/** A secret from its variable, else from the file that a setting names. */
export async function secretOf(settings: SettingReader, direct: SecretName, inFile: PathName): Promise<Secret | null> {
  const text = settings.read(direct, null);
  if (text !== null) return new Secret(text);
  const content = await readSecretFile(settings, inFile, isText, 'text');
  return content === null ? null : new Secret(content);
}

/** The certificate authority that a setting names, PEM. */
export function authorityOf(settings: SettingReader, name: PathName): Promise<string | null> {
  return readSecretFile(settings, name, isCertificate, 'certificate in PEM form');
}

/** The text of a file with a secret, without space around it, or why there is none; the text is in no reason. */
export async function secretFileText(
  path: string,
): Promise<{ readonly ok: true; readonly text: string } | { readonly ok: false; readonly because: string }> {
  try {
    const text = new TextDecoder().decode(await diskFiles.read(path, SECRET_BYTES_MAX)).trim();
    return isText(text) ? { ok: true, text } : { ok: false, because: 'it is empty' };
  } catch (error) {
    return { ok: false, because: messageOf(error) };
  }
}

/** The content of the file that a setting names, without space around it; null where there is none, or a problem. */
async function readSecretFile(
  settings: SettingReader,
  name: PathName,
  isGood: (content: string) => boolean,
  what: string,
): Promise<string | null> {
  const path = settings.readPath(name);
  if (path === null) return null;
  const origin = settings.given(name)?.origin ?? SETTINGS[name].variable;
  try {
    const content = new TextDecoder().decode(await diskFiles.read(path, SECRET_BYTES_MAX)).trim();
    if (isGood(content)) return content;
    settings.report(
      origin,
      'setting-file',
      `${origin} names a file that holds no ${what}: ${JSON.stringify(path)}`,
      'Mend the file, or name another',
    );
  } catch (error) {
    settings.report(
      origin,
      'setting-file',
      `${origin} names a file that cannot be read: ${messageOf(error)}`,
      'Check the path and who may read it',
    );
  }
  return null;
}

function isText(content: string): boolean {
  return content !== '';
}

function isCertificate(content: string): boolean {
  return content.includes('-----BEGIN CERTIFICATE-----');
}
