/** The look of the sign-in pages: readable on a phone, light and dark, contrast at least 4.5 : 1, visible focus. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #f4f4f1; --card: #fff; --line: #c9c8c0; --ink: #1c1f23; --soft: #565b63;
  --accent: #14532d; --on-accent: #fff; --bad: #9b1c1c; --bad-soft: #fbe9e9; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #15171a; --card: #1d2024; --line: #434952; --ink: #eceae4; --soft: #b4b7bd;
    --accent: #86cfa4; --on-accent: #0d2316; --bad: #f0a09c; --bad-soft: #3a1d1d; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 24px 16px; background: var(--paper); color: var(--ink);
  font: 16px/1.5 ui-sans-serif, system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
main { max-width: 560px; margin: 0 auto; padding: 24px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
h1 { margin: 4px 0 12px; font-size: 24px; line-height: 1.25; }
.where { margin: 0; color: var(--soft); font-size: 14px; }
fieldset { margin: 20px 0 0; padding: 0; border: 0; }
legend { padding: 0; font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: 0 12px; }
.row .choice { flex: 1 1 200px; }
.choice { display: flex; gap: 10px; align-items: flex-start; margin-top: 8px; padding: 10px 12px; min-height: 44px;
  border: 1px solid var(--line); border-radius: 8px; cursor: pointer; }
.choice:has(input:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.choice input { flex: none; margin: 4px 0 0; width: 18px; height: 18px; accent-color: var(--accent); }
.choice span, .services li { display: block; }
small { display: block; color: var(--soft); font-size: 14px; }
.services { margin: 0; padding: 0; list-style: none; }
.services li { padding: 10px 0; border-top: 1px solid var(--line); }
.services li:last-child { border-bottom: 1px solid var(--line); }
.actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 12px; margin-top: 24px; }
button { min-height: 44px; padding: 8px 20px; border: 1px solid var(--accent); border-radius: 8px; background: var(--accent);
  color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; }
button.quiet { background: transparent; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { padding: 10px 12px; border-left: 4px solid var(--bad); background: var(--bad-soft); color: var(--bad); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 8px 8px 8px 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
`;
