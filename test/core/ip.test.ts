import { isIPv4, isIPv6 } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIp, IP_LAST, isV4, parseIp } from '../../src/core/ip.ts';

const SEEDED = { seed: 20_261_121, numRuns: 1_000 };
const address = fc.oneof(
  fc.bigInt({ min: 0n, max: IP_LAST }),
  fc.bigInt({ min: 0xffff_0000_0000n, max: 0xffff_ffff_ffffn }),
  fc
    .array(fc.constantFrom<bigint>(0n, 0n, 1n, 0xffffn, 0xdb8n), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.reduce((sum, group) => (sum << 16n) + group, 0n)),
);

describe('parseIp', () => {
  it.each([
    ['0.0.0.0', 0xffff_0000_0000n],
    ['10.1.2.3', 0xffff_0a01_0203n],
    ['255.255.255.255', 0xffff_ffff_ffffn],
    ['::', 0n],
    ['::1', 1n],
    ['1::', 1n << 112n],
    ['::ffff:10.1.2.3', 0xffff_0a01_0203n],
    ['::FFFF:0a01:203', 0xffff_0a01_0203n],
    ['::10.1.2.3', 0x0a01_0203n],
    ['2001:db8:0:0:0:0:2:1', 0x2001_0db8_0000_0000_0000_0000_0002_0001n],
    ['64:ff9b::192.0.2.33', 0x0064_ff9b_0000_0000_0000_0000_c000_0221n],
    ['1:2:3:4:5:6:7::', 0x0001_0002_0003_0004_0005_0006_0007_0000n],
    ['ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', IP_LAST],
  ])('reads %s', (text, value) => expect(parseIp(text)).toBe(value));

  it.each(['', ' ', '10.1.2', '10.1.2.3.4', '010.1.2.3', '10.1.2.256', '10.1.2.-3', '0x0a.1.2.3', '10.1.2.3 ', '10'])(
    'refuses %j',
    (text) => expect(parseIp(text)).toBeNull(),
  );
  it.each([
    '10.1.2.3\n',
    '167772161',
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1::',
  ])('refuses %j', (text) => expect(parseIp(text)).toBeNull());
  it.each([
    ':1::2',
    '1::2:',
    '1:::2',
    '12345::',
    'g::',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::01.2.3.4',
  ])('refuses %j', (text) => expect(parseIp(text)).toBeNull());
  it.each(['fe80::1%eth0', '[::1]', '10.0.0.0/8', 'example.org', '__proto__', '١.٢.٣.٤'])('refuses %j', (text) =>
    expect(parseIp(text)).toBeNull(),
  );

  it('refuses a huge text', () => {
    expect(parseIp(':'.repeat(50_000_000))).toBeNull();
  });

  it('agrees with node:net on what is an address, zones apart', () => {
    const piece = fc.constantFrom(
      ':',
      '::',
      '.',
      '0',
      '1',
      '00',
      '10',
      '255',
      '256',
      'ffff',
      'fffff',
      '1.2.3.4',
      'g',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
        const text = pieces.join('');
        expect(parseIp(text) !== null).toBe(isIPv4(text) || isIPv6(text));
      }),
      { ...SEEDED, numRuns: 5_000 },
    );
  });
});

describe('formatIp', () => {
  it.each([
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['2001:0DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::1.2.3.4', '::102:304'],
  ])('prints %s as %s', (text, canonical) => expect(formatIp(parseIp(text)!)).toBe(canonical));

  it('is read back as the same number, and is what the URL parser prints', () => {
    fc.assert(
      fc.property(address, (value) => {
        const text = formatIp(value);
        expect(parseIp(text)).toBe(value);
        if (!isV4(value)) expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
      }),
      SEEDED,
    );
  });

  it('refuses numbers that no address has', () => {
    expect(() => formatIp(-1n)).toThrow(RangeError);
    expect(() => formatIp(IP_LAST + 1n)).toThrow(RangeError);
  });
});
