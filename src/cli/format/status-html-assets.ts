/** Style of the status page: the reader's own light or dark, no font or image from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --back: #fff; --soft: #57606a; --line: #d0d7de; --panel: #f6f8fa;
  --good: #116329; --warn: #7d4e00; --bad: #a40e26; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --back: #0d1117; --soft: #9da7b3; --line: #3d444d;
  --panel: #161b22; --good: #56d364; --warn: #e3b341; --bad: #ff7b72; } }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); } .good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.status { font-weight: 600; } .warning { border-left: .25rem solid var(--warn); padding-left: .75rem; }
form { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }
input, select, button { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: .375rem; padding: .25rem .5rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); }
th button { border: 0; background: none; padding: 0; font-weight: 600; cursor: pointer; }
th[aria-sort=ascending] button::after { content: " ↑"; } th[aria-sort=descending] button::after { content: " ↓"; }
code { font: .875rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
section { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin-top: 1rem; }
:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
`;

/** Filter, sort and copy. Without it the page still shows everything, worst first. */
export const SCRIPT = `
"use strict";
const rows = [...document.querySelectorAll("#domains tbody tr")];
const find = document.getElementById("find");
const only = document.getElementById("only");
const live = document.getElementById("live");
document.getElementById("tools").hidden = false;
function filter() {
  const text = find.value.trim().toLowerCase();
  let shown = 0;
  for (const row of rows) {
    const keep = row.dataset.domain.includes(text) && (only.value === "" || row.dataset.condition === only.value);
    row.hidden = !keep;
    document.getElementById(row.dataset.section).hidden = !keep;
    if (keep) shown++;
  }
  live.textContent = shown + " of " + rows.length + " domains shown";
}
find.addEventListener("input", filter);
only.addEventListener("change", filter);
document.getElementById("tools").addEventListener("submit", (event) => event.preventDefault());
const keys = { domain: (row) => row.dataset.domain, status: (row) => Number(row.dataset.rank) };
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of document.querySelectorAll("th[aria-sort]")) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = keys[button.dataset.key];
    rows.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (down ? -1 : 1));
    for (const row of rows) row.parentNode.append(row);
  });
}
async function copy(text) {
  try { await navigator.clipboard.writeText(text); return true; } catch {}
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(button.dataset.copy);
    live.textContent = done ? "Copied: " + button.getAttribute("aria-label").replace("Copy ", "") : "Could not copy; select the text instead";
    button.focus();
  });
}
`;
