/** The look of the report: light and dark, a phone and a desk. */
export const styles: string = `
:root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#1d1c1a;--soft:#6b675f;--line:#e4e0d8;--mark:#b5532a;--wash:#f3ece2;--blue:#3a6a86}
@media(prefers-color-scheme:dark){:root{--paper:#171614;--card:#201e1b;--ink:#ece8e0;--soft:#a29c90;--line:#37332d;--mark:#e08a5b;--wash:#2a2621;--blue:#7fb2cf}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","Noto Sans CJK SC",sans-serif}
header,main{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
h1{font-size:clamp(1.8rem,5vw,2.6rem);line-height:1.1;margin:0;letter-spacing:-.02em;overflow-wrap:anywhere}
h2{font-size:1.3rem;margin:0 0 .8rem;letter-spacing:-.01em}
h3{font-size:1rem;margin:1.6rem 0 .6rem}
.lead{font-size:1.15rem;color:var(--soft);margin:.4rem 0 0}
section{margin:2.5rem 0;padding-top:1.5rem;border-top:1px solid var(--line)}
.note,small,i{color:var(--soft);font-style:normal}
ul{padding-left:1.2rem}
.funnel,.chips{list-style:none;padding:0;margin:0}
.funnel li{position:relative;padding:.45rem .8rem;margin:.3rem 0;border-radius:.4rem;overflow:hidden;isolation:isolate;background:var(--wash)}
.bar{position:absolute;inset:0 auto 0 0;width:calc(100%*var(--share));background:var(--mark);opacity:.28;z-index:-1}
.bar.source{background:var(--blue)}
.chips{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:1rem}
.chips li{padding:.3rem .7rem;border:1px solid var(--line);border-radius:2rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
table.narrow{width:auto}
th,td{text-align:right;padding:.45rem .7rem;border-bottom:1px solid var(--line);vertical-align:top;white-space:nowrap}
th:first-child,.words td,.reasons,thead th:last-child{text-align:left}
thead th{font-weight:500;color:var(--soft);font-size:.85rem}
th[scope=row]{font-weight:600}
th small{display:block;font-weight:400;max-width:22rem;white-space:normal;line-height:1.35;margin-top:.15rem}
.words td{white-space:normal;overflow-wrap:anywhere}
.kept{color:var(--mark);font-weight:700}
.reasons{white-space:normal;min-width:14rem}
.tag{display:inline-block;padding:.05rem .5rem;margin:.1rem .1rem;border-radius:1rem;background:var(--wash);font-size:.82rem;white-space:nowrap}
a{color:var(--blue)}
.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));gap:1rem}
.pairs.wide{grid-template-columns:repeat(auto-fill,minmax(min(100%,42rem),1fr))}
body:has(.wide) header,body:has(.wide) main{max-width:100rem}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:.6rem;overflow:hidden;display:flex;flex-direction:column}
img{display:block;width:100%;height:auto;background:var(--wash)}
figcaption{padding:.6rem .8rem .7rem}
figcaption p{margin:0 0 .25rem;line-height:1.35;overflow-wrap:anywhere}
figcaption small{font-size:.78rem;overflow-wrap:anywhere}
.why{font-weight:600;color:var(--mark)}
.values{font-size:.82rem;color:var(--soft)}
details{margin-top:.8rem}
summary{cursor:pointer;color:var(--blue);padding:.3rem 0}
details .pairs{margin-top:.6rem}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.5rem}
.files{overflow-wrap:anywhere;font-size:.9rem}
code{font-size:.9em}
@media(max-width:40rem){th,td{padding:.4rem .5rem}th small{max-width:13rem}.reasons{min-width:11rem}section{margin:1.8rem 0}}
`
