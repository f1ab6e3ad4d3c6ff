/** The console's one stylesheet: quiet, readable, dark where the reader wants it dark. */
export const style = `
:root { color-scheme: light dark; --line: light-dark(#d9dee3, #39424b); --soft: light-dark(#5c6770, #9aa7b2); --back: light-dark(#f6f8f9, #14191e);
  --card: light-dark(#fff, #1c2329); --good: light-dark(#1c7c54, #58c796); --wait: light-dark(#96660a, #e0b04c); --bad: light-dark(#b3261e, #f28b82); }
* { box-sizing: border-box }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: var(--back) }
header { display: flex; gap: 2rem; align-items: baseline; padding: .8rem 1.5rem; border-bottom: 1px solid var(--line); background: var(--card) }
header h1 { font-size: 1.1rem; margin: 0 }
nav a { margin-right: 1.2rem; color: inherit }
nav a[aria-current] { font-weight: 600; text-decoration: none }
main { max-width: 78rem; margin: 1.5rem auto; padding: 0 1.5rem; display: grid; gap: 1.5rem }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.2rem; overflow-x: auto }
h2 { font-size: 1rem; margin: 0 0 .6rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { font-weight: 600; color: var(--soft); font-size: .85rem }
tr:last-child td { border-bottom: 0 }
code, time { font: .9em ui-monospace, monospace }
time { white-space: nowrap }
td:first-child { white-space: nowrap }
td ul { margin: 0; padding-left: 1.1rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 12rem; overflow-y: auto; margin: 0; font: .85em ui-monospace, monospace }
.soft { color: var(--soft); margin: 0 }
.state { font-weight: 600 } .good { color: var(--good) } .wait { color: var(--wait) } .bad { color: var(--bad) }
form { display: inline }
input { font: inherit; padding: .15rem .5rem; margin-right: .5rem; border: 1px solid var(--line); border-radius: 6px; background: var(--back); color: inherit }
button { font: inherit; padding: .2rem .8rem; border: 1px solid var(--line); border-radius: 6px; background: var(--back); color: inherit; cursor: pointer }
button:hover, button:focus-visible { border-color: var(--soft) }
`
