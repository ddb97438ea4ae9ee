/** What the pages of a bench add to the look of all reports. */
export const styles: string = `
:root{--s0:#b5532a;--s1:#2f6690;--s2:#4d7c2a;--s3:#7a4b9d;--s4:#a07412;--s5:#a8326a;--s6:#0f766e;--s7:#57534e;--good:#2f7a3d;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--s0:#f0a17a;--s1:#86bfe6;--s2:#a3d17a;--s3:#c9a4e6;--s4:#e6c15c;--s5:#f095bf;--s6:#6fd3c8;--s7:#c4bfb6;--good:#86d394;--bad:#ff9a8f}}
main,header{max-width:84rem}
caption{text-align:left;font-weight:600;padding:.2rem 0 .4rem;caption-side:top}
.numbers{width:auto;min-width:min(100%,34rem)}
.numbers td,.numbers th{padding:.35rem .5rem}
.numbers thead th[scope=colgroup]{text-align:center;border-left:1px solid var(--line)}
.numbers thead th:last-child{text-align:right}
.numbers td small,.numbers th small{display:block;font-size:.75rem;font-weight:400;color:var(--soft)}
.numbers th[scope=row]{min-width:5rem;max-width:14rem;white-space:normal;overflow-wrap:break-word;position:sticky;left:0;background:var(--paper)}
.numbers td.best{font-weight:700;color:var(--mark)}
.numbers td.soft{color:var(--soft)}
.numbers td.words{white-space:normal;min-width:14rem;text-align:left}
.scroll{margin:1rem 0}
.scroll:focus-visible,a:focus-visible,summary:focus-visible,select:focus-visible,input:focus-visible{outline:2px solid var(--mark);outline-offset:2px}
a{color:var(--blue)}
.pairs-of-tables{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,34rem),1fr));gap:0 2rem}
.pairs-of-tables>*{min-width:0}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:1.5rem}
.charts figure{padding:1rem}
svg{width:100%;height:auto;display:block}
svg text{font:15px system-ui,sans-serif;fill:var(--ink)}
svg .ring{fill:none;stroke:var(--line)}
svg .level{fill:var(--soft);font-size:12px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;margin:.6rem 0 0}
.legend svg{display:inline-block;width:2.6rem;height:.9rem;vertical-align:middle;margin-right:.4rem}
.kinds{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr));gap:.6rem}
.kinds a{display:block;padding:.7rem .9rem;border:1px solid var(--line);border-radius:.6rem;background:var(--card);text-decoration:none;overflow-wrap:anywhere}
.kinds small{display:block}
nav{margin:.6rem 0;display:flex;flex-wrap:wrap;gap:.3rem 1rem;align-items:baseline}
nav .more{display:flex;flex-wrap:wrap;gap:.2rem .9rem;font-size:.88rem}
form{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:1rem 0;padding:.8rem;border:1px solid var(--line);border-radius:.6rem;background:var(--card)}
form[hidden],.item[hidden]{display:none}
label{display:grid;gap:.2rem;font-size:.82rem;color:var(--soft)}
select{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:.4rem;padding:.35rem .5rem;max-width:100%}
.item{border-top:1px solid var(--line);padding:1.2rem 0;content-visibility:auto;contain-intrinsic-size:auto 34rem}
.item h3{margin:0 0 .2rem;font-size:1.1rem;line-height:1.35;overflow-wrap:anywhere}
.item>p{margin:0 0 .7rem}
.sides{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,13.5rem),1fr));gap:.8rem;align-items:start}
.sides figcaption h4{margin:0 0 .25rem;font-size:.95rem;overflow-wrap:anywhere}
.sides figcaption p{font-size:.86rem}
.none{padding:1rem .8rem;background:var(--wash);font-size:.9rem;overflow-wrap:anywhere}
.none b{display:block}
.found{list-style:none;margin:.3rem 0;padding:0;font-size:.84rem;line-height:1.35}
.found li{overflow-wrap:anywhere;margin:.15rem 0}
.pass b{color:var(--good)}
.fail b{color:var(--bad)}
.kept{color:var(--soft);font-weight:400}
.sides details{margin-top:.4rem;font-size:.84rem}
.sides details p{white-space:pre-wrap}
@media(max-width:40rem){.numbers{width:auto;min-width:min(100%,34rem)}
.numbers td,.numbers th{padding:.3rem .4rem;font-size:.88rem}.sides{grid-template-columns:1fr 1fr;gap:.5rem}.sides figcaption{padding:.45rem .5rem}label{flex:1 1 8rem}}
`
