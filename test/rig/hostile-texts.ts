/** Which texts in events people have been attacked with, each with a word by which it is found again. */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  script: 'arrived-script<script>document.documentElement.dataset.pwned="script";alert(1)</script>',
  image: 'arrived-image"><img src=x onerror="document.documentElement.dataset.pwned=1;alert(2)"><svg/onload=alert(3)>',
  attribute: `arrived-attribute" onmouseover="document.documentElement.dataset.pwned=1" autofocus onfocus=alert(4) x='`,
  closing: 'arrived-closing</style></script></title></textarea></details></pre>--><h2>Injected</h2>',
  link: 'arrived-link [click](javascript:alert(5)) https://203.0.113.9/beacon <a href="javascript:alert(6)">x</a>',
  entity: 'arrived-entity &lt;script&gt;alert(7)&lt;/script&gt; &#x3c;b&#x3e;',
  terminal: 'arrived-terminal\u001b]0;owned\u0007\u001b[2J\u001b[31m\u009b5n\r\u0008\u0000',
  bidirectional: 'arrived-bidirectional\u202egnp.exe\u2066\u200d\ufeff\u2028\u2029',
  formula: `=cmd|' /C calc'!A0 arrived-formula;=HYPERLINK("http://203.0.113.9";"x")`,
  newlines: 'arrived-newlines\r\n"},{"fake":true}\n| a | b |\n# title\n```\n---',
  surrogate: 'arrived-surrogate\ud800',
  prototype: '__proto__',
  constructor: 'constructor arrived-constructor ${alert(8)} {{7*7}} %s %n',
  long: `arrived-long${'<'.repeat(1_000_000)}`,
};

/** What a terminal, an editor or a reader of logs could obey; layout itself writes only line breaks. */
export const HARMFUL = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** The word by which a text is found again in any output. */
export function markOf(text: string): string {
  return /arrived-\w+?(?=<|$|\W)/.exec(text.slice(0, 100))?.[0] ?? text;
}
