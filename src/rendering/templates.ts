import { readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { Eta } from 'eta';

/** Renders `<name>.eta` of the views folder with `context` as its values. */
export interface Templates {
  /** Values are HTML-escaped; backticks are not, so every attribute is quoted. */
  html(name: string, context: object): string;
  /** Values go in as they are: for subjects and plain text only. */
  plain(name: string, context: object): string;
}

const HEADER = 'const { data, t, text, known, href, region, instant, site, problems, languages } = it;';

/** @throws EtaParseError when a template does not compile */
export function createTemplates(viewsDir: string): Templates {
  const html = new Eta({ views: viewsDir, cache: true, autoEscape: true, functionHeader: HEADER });
  const plain = new Eta({
    views: viewsDir,
    cache: true,
    autoEscape: false,
    autoTrim: false,
    functionHeader: HEADER,
  });
  for (const name of templateNames(viewsDir)) {
    for (const engine of [html, plain]) compileOnce(engine, engine.resolvePath(name));
  }
  return {
    html: (name, context) => html.render(name, context),
    plain: (name, context) => plain.render(name, context),
  };
}

/** Names relative to the views folder, without `.eta`. */
function templateNames(viewsDir: string): string[] {
  return readdirSync(viewsDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.eta'))
    .map((entry) => `${relative(viewsDir, entry.parentPath)}/${entry.name}`.replace(/\.eta$/, ''));
}

function compileOnce(engine: Eta, filepath: string): void {
  engine.templatesSync.define(filepath, engine.compile(engine.readFile(filepath), { filepath }));
}
