/** The style of the page: dark and light by the reader's setting, print on white. Its hash stands in the page's policy. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#17202c;--soft:#5b6776;--line:#dde2e8;--accent:#0b62b8;--wash:#eef2f6;
--critical:#a4133c;--high:#d1495b;--medium:#c47f17;--low:#5d7fa3;--good:#2c7a4b;--warn:#a86a00;--land:#dfe4ea;--m1:#bcd4ec;--m2:#7fb0de;--m3:#3c86c6;--m4:#0b4f91}
@media (prefers-color-scheme:dark){:root{--bg:#0f141a;--card:#171e27;--ink:#e3e9f0;--soft:#95a3b3;--line:#2a3440;--accent:#6db3f2;--wash:#1f2833;
--critical:#ff5d8f;--high:#ff8a80;--medium:#f0b44c;--low:#8fb1d6;--good:#6ccf94;--warn:#f0b44c;--land:#2a3440;--m1:#234766;--m2:#2d6796;--m3:#3f8cc9;--m4:#8cc8ff}}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main,header.top{max-width:1180px;margin:0 auto;padding:0 20px}
header.top{padding-top:28px}
h1{font-size:26px;line-height:1.2;margin:0 0 4px}
h2{font-size:19px;margin:0 0 12px}
h3{font-size:15px;margin:18px 0 6px}
p{margin:0 0 10px}
a{color:var(--accent)}
.soft{color:var(--soft)}
.lead{font-size:17px;margin:14px 0 16px;max-width:80ch}
nav{display:flex;flex-wrap:wrap;gap:4px 16px;margin:14px 0 4px;font-size:14px}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin:16px 0;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0 0 8px}
.tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
.tile b{display:block;font-size:26px;line-height:1.15;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:13px}
.tile.bad b{color:var(--high)}.tile.warn b{color:var(--warn)}.tile.good b{color:var(--good)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;color:var(--soft);padding:0 0 6px}
th{text-align:left;font-weight:600;color:var(--soft);font-size:12px;text-transform:uppercase;letter-spacing:.03em}
th,td{padding:6px 14px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word;max-width:42ch}
th{white-space:nowrap}
tr:last-child td{border-bottom:0}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.t{white-space:nowrap;font-variant-numeric:tabular-nums}
td.w{min-width:18ch;max-width:none;overflow-wrap:anywhere}
code,pre{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
pre{background:var(--wash);border-radius:6px;padding:10px 12px;margin:4px 0 10px;white-space:pre-wrap;overflow-wrap:anywhere;max-height:28em;overflow-y:auto}
.tag{display:inline-block;border-radius:4px;padding:0 7px;font-size:12px;line-height:20px;font-weight:600;background:var(--wash);white-space:nowrap}
.critical{color:var(--critical)}.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}
.failed,.overdue{color:var(--high)}.blind,.degraded,.salvaged,.beyond_catch_up{color:var(--warn)}.clean{color:var(--good)}
.note{border-left:4px solid var(--warn);padding:8px 14px;background:var(--wash);border-radius:0 6px 6px 0}
.fine{border-left-color:var(--good)}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(340px,1fr));gap:24px}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--soft);font:12px system-ui,sans-serif}
.s-critical{fill:var(--critical)}.s-high{fill:var(--high)}.s-medium{fill:var(--medium)}.s-low{fill:var(--low)}
.axis{stroke:var(--line)}.unseen{fill:var(--ink);opacity:.45}
.land{fill:var(--land);stroke:var(--card);stroke-width:1.2}
.m1{fill:var(--m1)}.m2{fill:var(--m2)}.m3{fill:var(--m3)}.m4{fill:var(--m4)}
.dot{stroke:var(--card);stroke-width:2}
.key{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--soft);margin:6px 0 0}
.key svg{display:inline-block;width:12px;height:12px;vertical-align:-1px;margin-right:5px}
.matrix{display:grid;grid-template-columns:repeat(auto-fill,minmax(165px,1fr));gap:12px}
.matrix h3{margin:0 0 6px;font-size:13px;min-height:2.6em;display:flex;align-items:flex-end}
.cell{border:1px solid var(--line);border-left:4px solid var(--low);border-radius:6px;padding:6px 8px;margin:0 0 6px;font-size:13px;line-height:1.35}
.cell.c-critical{border-left-color:var(--critical)}.cell.c-high{border-left-color:var(--high)}.cell.c-medium{border-left-color:var(--medium)}
.cell b{float:right;margin-left:6px}
.cell small{display:block;color:var(--soft)}
.bar{display:block;height:8px;border-radius:4px;margin-top:7px}
details.finding{border:1px solid var(--line);border-radius:8px;margin:0 0 8px;content-visibility:auto;contain-intrinsic-size:auto 48px}
details.finding>summary{cursor:pointer;padding:9px 12px;display:grid;grid-template-columns:74px 1fr auto;gap:4px 12px;align-items:baseline;list-style:none}
details.finding>summary::-webkit-details-marker{display:none}
details.finding[open]>summary{border-bottom:1px solid var(--line)}
details.finding:target{outline:2px solid var(--accent)}
summary:focus-visible,button:focus-visible,input:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
details.finding>summary>.tag{justify-self:start}
.sub{grid-column:2/-1;color:var(--soft);font-size:13px}
.body{padding:12px 14px}
dl{display:grid;grid-template-columns:minmax(120px,max-content) 1fr;gap:3px 16px;margin:0 0 8px}
dt{color:var(--soft)}dd{margin:0;min-width:0;max-height:16em;overflow-y:auto}
ul{margin:4px 0 10px;padding-left:20px}
.tools{display:flex;flex-wrap:wrap;gap:8px;margin:0 0 12px}
.tools[hidden]{display:none}
input,button{font:inherit;font-size:14px;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:5px 10px}
input{flex:1 1 260px}button{cursor:pointer}
footer{max-width:1180px;margin:0 auto;padding:6px 20px 40px;color:var(--soft);font-size:13px}
@media screen and (max-width:640px){table,tbody,tr,td{display:block}thead{position:absolute;clip-path:inset(50%)}tr{padding:8px 0;border-bottom:1px solid var(--line)}tr:last-child{border-bottom:0}
td,td.n,td.w{border:0;padding:2px 0 2px 88px;max-width:none;display:flow-root;text-align:left}td:empty{display:none}
td::before{content:attr(data-name);float:left;margin:2px 0 0 -88px;width:82px;color:var(--soft);font-size:11px;font-weight:600;line-height:1.5;text-transform:uppercase;overflow-wrap:normal}}
@media (max-width:640px){details.finding>summary{grid-template-columns:1fr}.sub{grid-column:1}dl{grid-template-columns:1fr}dd{margin-bottom:6px}section{padding:14px}}
@media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--accent:#000;--wash:#f2f2f2;--critical:#8d0f33;--high:#b8303f;--medium:#8a5a0c;--low:#3f5f82;
--good:#1f5c37;--warn:#7d4f00;--land:#e3e3e3;--m1:#c6d9ec;--m2:#8db6dc;--m3:#4a8ac4;--m4:#0b4f91}
body{font-size:11px}main,header.top,footer{max-width:none;padding:0}nav,.tools{display:none}
section{border:0;padding:0;margin:14px 0}h2{break-after:avoid;font-size:16px;border-bottom:1px solid var(--line)}
details.finding{content-visibility:visible;break-inside:auto}details.finding>summary{break-after:avoid}details.finding::details-content{content-visibility:visible;display:block;height:auto}
pre,dd{max-height:none;overflow:visible}table,code,pre,.sub,.soft,.tag,.key,.note,.tile span{font-size:10px}.tiles{grid-template-columns:repeat(5,1fr)}.tile b{font-size:18px}h3{break-after:avoid}h2+p{break-after:avoid}tr,.cell,svg{break-inside:avoid}
.tile,.tag,.s-critical,.s-high,.s-medium,.s-low,.land,.bar,.m1,.m2,.m3,.m4{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
