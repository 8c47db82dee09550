/** The bare look that the demo's own pages have in common. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>
body { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: light-dark(#1d4ed8, #8fb0ff); }
a.button, button { display: inline-block; padding: .55rem 1.1rem; border: 0; border-radius: .4rem; background: #1d4ed8; color: #fff; font: inherit; text-decoration: none; cursor: pointer; }
table { width: 100%; border-collapse: collapse; }
td, th { padding: .35rem .6rem .35rem 0; border-bottom: 1px solid light-dark(#ddd, #444); text-align: left; vertical-align: top; }
th { font-weight: 600; }
article { margin: 1rem 0; padding: 0 1rem; border: 1px solid light-dark(#ddd, #444); border-radius: .5rem; }
pre { white-space: pre-wrap; font: inherit; }
code { font-size: 1.1em; }
label, input { display: block; box-sizing: border-box; width: 100%; font: inherit; }
input { padding: .5rem; border: 1px solid #808890; border-radius: .3rem; }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${body}
</body>
</html>
`;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
