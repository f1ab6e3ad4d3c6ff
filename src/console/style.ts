/** The one stylesheet of all pages: quiet, readable on a phone too, dark where the reader wants it dark. */
import type { Ctx } from '../http/env.ts'

export const styleOf = (c: Ctx): Response =>
  c.body(style, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=3600' })

export const style = `
:root { color-scheme: light dark; --line: light-dark(#d9dee3, #39424b); --soft: light-dark(#5c6770, #9aa7b2); --back: light-dark(#f6f8f9, #14191e);
  --card: light-dark(#fff, #1c2329); --good: light-dark(#1c7c54, #58c796); --wait: light-dark(#96660a, #e0b04c); --bad: light-dark(#b3261e, #f28b82); }
* { box-sizing: border-box }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: var(--back) }
header, nav { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; align-items: baseline }
header { padding: .8rem 1.5rem; border-bottom: 1px solid var(--line); background: var(--card) }
.brand { font-size: 1.1rem; font-weight: 600; margin: 0 .8rem 0 0 }
nav a { color: inherit; white-space: nowrap }
nav a[aria-current] { font-weight: 600; text-decoration: none }
main { max-width: 78rem; margin: 1.5rem auto; padding: 0 1.5rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem }
main > p, main > h1 { margin: 0 } h1 { font-size: 1.3rem; margin: 0 0 .6rem }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.2rem; overflow-x: auto }
h2 { font-size: 1rem; margin: 0 0 .6rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { font-weight: 600; color: var(--soft); font-size: .85rem }
tr:last-child td { border-bottom: 0 }
code, time { font: .9em ui-monospace, monospace }
time { white-space: nowrap }
td:first-child { min-width: 6.5rem }
td ul { margin: 0; padding-left: 1.1rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 12rem; overflow-y: auto; margin: 0; font: .85em ui-monospace, monospace }
.message { white-space: pre-wrap; overflow-wrap: anywhere }
section > p { margin: 0 0 .6rem } section > p:last-child { margin: 0 }
.soft { color: var(--soft) }
.state { font-weight: 600 } .good { color: var(--good) } .wait { color: var(--wait) } .bad { color: var(--bad) }
form { display: inline } form.answer { display: grid; gap: .7rem; justify-items: start; max-width: 36rem } form.answer > label:not(.choice), form.answer > fieldset { display: grid; gap: .3rem; width: 100% }
form.answer input:not([type]), select { width: 100% } form.answer fieldset { margin: 0 }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .3rem 1.2rem; margin: 0 0 1rem } dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
h3 { font-size: 1rem; margin: 0 0 .4rem }
input, select { font: inherit; padding: .15rem .5rem; margin-right: .5rem; border: 1px solid var(--line); border-radius: 6px; background: var(--back); color: inherit }
fieldset { border: 1px solid var(--line); border-radius: 8px; padding: .6rem 1rem 1rem; margin: 0 0 1rem; min-width: 0 } legend { font-weight: 600; padding: 0 .4rem }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); gap: .6rem 1.2rem; margin-bottom: .6rem }
.sides pre { max-height: 20rem } .sides p { margin: 0 }
.choice { display: flex; gap: .4rem; align-items: baseline; font-weight: 600; padding: .15rem 0; cursor: pointer } .choice input { margin: 0 }
td select { width: auto; max-width: 16rem }
textarea { font: .9em ui-monospace, monospace; width: 100%; padding: .4rem .5rem; border: 1px solid var(--line); border-radius: 6px; background: var(--back); color: inherit; display: block; margin-bottom: .4rem }
button { font: inherit; padding: .2rem .8rem; border: 1px solid var(--line); border-radius: 6px; background: var(--back); color: inherit; cursor: pointer }
button:hover, button:focus-visible { border-color: var(--soft) }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr } dd { margin-bottom: .5rem } }
.address { font-size: 1.2em; font-weight: 600 } .notice { font-size: .9em }
@media print { :root { color-scheme: light } body { background: none } form, .answer { display: none } main { margin: 0; padding: 0; max-width: none; gap: 0 } section { border: 0; padding: 0; overflow: visible } .cover { break-after: page } dt, .soft { color: #000 } }
@media (max-width: 40rem) { table { min-width: 36rem } header, main { padding-inline: .8rem } section { padding: .8rem } main { margin-block: .8rem; gap: .8rem } }
`
